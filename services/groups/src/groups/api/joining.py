"""How people come to a group: links, requests, invitations."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import WHO_SEES_YOU
from groups.api.dependencies import Built, Unit
from groups.domain.email_tags import tag_of
from groups.domain.groups import Kind
from groups.domain.memberships import MembershipState
from groups.use_cases import ask_to_join as asking
from groups.use_cases import invite as inviting
from groups.use_cases import make_join_link as making
from groups.use_cases import revoke_join_link as revoking
from groups.use_cases import withdraw_invitation as withdrawing

router = APIRouter(route_class=IdempotentRoute)

# Whether an address exists is for the confirmed account to say; here it only has to look like one.
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class NewJoinLink(Body):
    expires_in_days: Annotated[int, Field(ge=1, le=90)]
    most_uses: Annotated[int, Field(ge=1, le=1000)]


class JoinLinkAnswer(Answer):
    """The secret is shown this once. The page behind the link is `/join?secret=…`."""

    link_id: UUID
    secret: str
    url: str
    expires_at: datetime
    most_uses: int


class MembershipRequest(Body):
    secret: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    reason: Line | None = None


class RequestAnswer(Answer):
    group_id: UUID
    kind: Kind
    name: str
    state: MembershipState
    who_sees_you: str


class Invitation(Body):
    email: Email


class InvitationAnswer(Answer):
    """The same whoever was invited, known or not."""

    invited: bool = True


class WithdrawalAnswer(Answer):
    """The same whether there was anything to withdraw."""

    withdrawn: bool = True


@router.post("/groups/{group_id}/join-links", status_code=201)
async def make_join_link(
    member: Member, uow: Unit, resources: Built, group_id: UUID, body: NewJoinLink
) -> JoinLinkAnswer:
    made = await making.make_join_link(
        uow, member, group_id, life=timedelta(days=body.expires_in_days), most_uses=body.most_uses, now=now()
    )
    return JoinLinkAnswer(
        link_id=made.link.id,
        secret=made.secret,
        url=f"{resources.public_url}/join?secret={made.secret}",
        expires_at=made.link.expires_at,
        most_uses=made.link.most_uses,
    )


@router.delete("/groups/{group_id}/join-links/{link_id}", status_code=204)
async def revoke_join_link(member: Member, uow: Unit, group_id: UUID, link_id: UUID) -> None:
    await revoking.revoke_join_link(uow, member, group_id, link_id, now())


@router.post("/membership-requests", status_code=201)
async def ask_to_join(member: Member, uow: Unit, body: MembershipRequest) -> RequestAnswer:
    group, membership = await asking.ask_to_join(uow, member, body.secret, body.reason, now())
    return RequestAnswer(
        group_id=group.id,
        kind=group.kind,
        name=group.name,
        state=membership.state,
        who_sees_you=WHO_SEES_YOU[group.who_sees_members],
    )


@router.post("/groups/{group_id}/invitations", status_code=202)
async def invite(member: Member, uow: Unit, resources: Built, group_id: UUID, body: Invitation) -> InvitationAnswer:
    await inviting.invite(uow, member, group_id, resources.invitee(body.email), now())
    return InvitationAnswer()


@router.post("/groups/{group_id}/invitations/withdraw", status_code=202)
async def withdraw_invitation(
    member: Member, uow: Unit, resources: Built, group_id: UUID, body: Invitation
) -> WithdrawalAnswer:
    tag = tag_of(body.email, resources.email_tag_key)
    await withdrawing.withdraw_invitation(uow, member, group_id, tag, now())
    return WithdrawalAnswer()
