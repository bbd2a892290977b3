"""Ballots of the active members (P12)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.ballots import Outcome, Phase
from groups.use_cases import list_ballots as ballots
from groups.use_cases import nominate as nominating
from groups.use_cases import open_ballot as opening
from groups.use_cases import vote as voting

router = APIRouter(prefix="/groups/{group_id}/ballots", route_class=IdempotentRoute)


class OpenedBallot(Answer):
    id: UUID
    office: str
    nominations_until: datetime
    voting_until: datetime


class AskedAnswer(Answer):
    asked: int
    needed: int
    ballot: OpenedBallot | None


class NominationAnswer(Answer):
    """`person_id` is None where they were erased since."""

    id: UUID
    person_id: UUID | None
    name: str | None
    is_accepted: bool


class VoteAnswer(Answer):
    """A vote as it is published: whose it is the holder of the receipt alone knows."""

    receipt: str
    nomination_id: UUID


class BallotAnswer(OpenedBallot):
    """`votes` are there once they are counted; a draw by lot can be drawn again from them."""

    phase: Phase
    opened_at: datetime
    electorate: int | None
    closed_at: datetime | None
    outcome: Outcome | None
    elected: UUID | None
    is_by_lot: bool
    nominations: list[NominationAnswer]
    votes: list[VoteAnswer]
    i_have_voted: bool


class BallotList(Answer):
    ballots: list[BallotAnswer]


class NewNomination(Body):
    person_id: UUID


class Nominated(Answer):
    id: UUID
    person_id: UUID
    accepted_at: datetime | None


class Vote(Body):
    nomination_id: UUID


class Receipt(Answer):
    """Shown this once. It finds the vote among those that are published."""

    receipt: str


@router.get("")
async def list_ballots(member: Member, uow: Unit, group_id: UUID) -> BallotList:
    seen = await ballots.list_ballots(uow, member, group_id, now())
    return BallotList(ballots=[BallotAnswer.model_validate(each) for each in seen])


@router.post("", status_code=201)
async def open_ballot(member: Member, uow: Unit, group_id: UUID) -> OpenedBallot:
    return OpenedBallot.model_validate(await opening.open_ballot(uow, member, group_id, now()))


@router.post("/requests")
async def ask_for_ballot(member: Member, uow: Unit, group_id: UUID) -> AskedAnswer:
    return AskedAnswer.model_validate(await opening.ask_for_ballot(uow, member, group_id, now()))


@router.post("/{ballot_id}/nominations", status_code=201)
async def nominate(member: Member, uow: Unit, group_id: UUID, ballot_id: UUID, body: NewNomination) -> Nominated:
    return Nominated.model_validate(await nominating.nominate(uow, member, group_id, ballot_id, body.person_id, now()))


@router.post("/{ballot_id}/nomination/accept")
async def accept_nomination(member: Member, uow: Unit, group_id: UUID, ballot_id: UUID) -> Nominated:
    return Nominated.model_validate(await nominating.accept_nomination(uow, member, group_id, ballot_id, now()))


@router.delete("/{ballot_id}/nomination", status_code=204)
async def decline_nomination(member: Member, uow: Unit, group_id: UUID, ballot_id: UUID) -> None:
    await nominating.decline_nomination(uow, member, group_id, ballot_id, now())


@router.post("/{ballot_id}/votes", status_code=201)
async def vote(member: Member, uow: Unit, group_id: UUID, ballot_id: UUID, body: Vote) -> Receipt:
    return Receipt(receipt=await voting.vote(uow, member, group_id, ballot_id, body.nomination_id, now()))
