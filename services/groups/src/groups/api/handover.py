"""The handover pack of a new office holder."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import CurrentMarkingAnswer
from groups.api.dependencies import Unit
from groups.api.offices import PostAnswer
from groups.use_cases import read_handover as handing

router = APIRouter(route_class=IdempotentRoute)

SECOND_FACTOR = (
    "What officers do asks for a second factor. If you have none yet, add a passkey or an authenticator app to your "
    "account, or have codes mailed to you, and keep your recovery codes somewhere safe."
)


class WaitingAnswer(Answer):
    """Who asked to join, why, and since when."""

    person_id: UUID
    name: str | None
    reason: str | None
    since: datetime


class OpenBallotAnswer(Answer):
    id: UUID
    office: str
    nominations_until: datetime
    voting_until: datetime


class LookHere(Answer):
    """Where to go on, in words and as the path to ask."""

    what: str
    path: str


class HandoverAnswer(Answer):
    my_office: str | None
    offices: list[PostAnswer]
    waiting: list[WaitingAnswer]
    members: int
    kept_people: int
    ballots: list[OpenBallotAnswer]
    open_priorities: int
    markings: list[CurrentMarkingAnswer]
    look_here: list[LookHere]


@router.get("/groups/{group_id}/handover")
async def read_handover(member: Member, uow: Unit, group_id: UUID) -> HandoverAnswer:
    pack = await handing.read_handover(uow, member, group_id, now())
    return HandoverAnswer(
        my_office=pack.my_office,
        offices=[PostAnswer.model_validate(each) for each in pack.offices],
        waiting=[WaitingAnswer.model_validate(each) for each in pack.waiting],
        members=pack.members,
        kept_people=pack.kept_people,
        ballots=[OpenBallotAnswer.model_validate(each) for each in pack.ballots],
        open_priorities=pack.open_priorities,
        markings=[CurrentMarkingAnswer.model_validate(each) for each in pack.markings],
        look_here=_look_here(group_id),
    )


def _look_here(group_id: UUID) -> list[LookHere]:
    group = f"/groups/{group_id}"
    return [
        LookHere(what=SECOND_FACTOR, path="/me/passkeys"),
        LookHere(what="The group's documents: read the latest minutes first.", path=f"{group}/documents"),
        LookHere(what="Its mailing lists, with the people outside who said yes to them.", path=f"{group}/lists"),
        LookHere(what="What was sent to the members lately, and by whom.", path=f"{group}/messages"),
        LookHere(what="Who looked at the membership, and what for.", path=f"{group}/ledger"),
        LookHere(what="What members, the police and everybody see of the group.", path=f"{group}/preview/public"),
    ]
