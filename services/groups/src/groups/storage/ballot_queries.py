"""Ballots as the members of a group see them. No query here tells a voter from another, save the viewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.ballots import Ballot, Choice, Outcome, Phase
from groups.domain.permissions import Standing
from groups.storage.tables import ballot_choices, ballot_nominations, ballot_voters, ballots, known_people

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SeenNomination:
    """Who stands, or whom the viewer would be if they accepted. Without a person where they were erased."""

    id: UUID
    person_id: UUID | None
    name: str | None
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class SeenBallot:
    """A ballot, and once it is counted every vote under its receipt."""

    id: UUID
    office: str
    phase: Phase
    opened_at: datetime
    nominations_until: datetime
    voting_until: datetime
    electorate: int | None
    closed_at: datetime | None
    outcome: Outcome | None
    elected: UUID | None
    is_by_lot: bool
    nominations: Sequence[SeenNomination]
    votes: Sequence[Choice]
    i_have_voted: bool


async def list_ballots(session: AsyncSession, group_id: UUID, viewer: Standing, now: datetime) -> Sequence[SeenBallot]:
    """The last twenty, the latest first."""
    query = select(Ballot).where(ballots.c.group_id == group_id).order_by(ballots.c.id.desc()).limit(MOST_SHOWN)
    return [await _seen(session, ballot, viewer, now) for ballot in await session.scalars(query)]


async def _seen(session: AsyncSession, ballot: Ballot, viewer: Standing, now: datetime) -> SeenBallot:
    return SeenBallot(
        id=ballot.id,
        office=ballot.office,
        phase=ballot.phase(now),
        opened_at=ballot.opened_at,
        nominations_until=ballot.nominations_until,
        voting_until=ballot.voting_until,
        electorate=ballot.electorate,
        closed_at=ballot.closed_at,
        outcome=ballot.outcome,
        elected=ballot.elected,
        is_by_lot=ballot.is_by_lot,
        nominations=await _nominations(session, ballot, viewer),
        votes=await _votes(session, ballot) if ballot.closed_at is not None else (),
        i_have_voted=await _has_voted(session, ballot, viewer),
    )


async def _nominations(session: AsyncSession, ballot: Ballot, viewer: Standing) -> Sequence[SeenNomination]:
    accepted = ballot_nominations.c.accepted_at.is_not(None)
    query = (
        select(ballot_nominations.c.id, ballot_nominations.c.person_id, known_people.c.display_name, accepted)
        .outerjoin_from(ballot_nominations, known_people, known_people.c.id == ballot_nominations.c.person_id)
        .where(
            ballot_nominations.c.ballot_id == ballot.id,
            or_(accepted, ballot_nominations.c.person_id == viewer.person_id),
        )
        .order_by(ballot_nominations.c.id)
    )
    return [SeenNomination(*row) for row in await session.execute(query)]


async def _votes(session: AsyncSession, ballot: Ballot) -> Sequence[Choice]:
    query = select(ballot_choices.c.receipt, ballot_choices.c.nomination_id).where(
        ballot_choices.c.ballot_id == ballot.id
    )
    return [Choice(*row) for row in await session.execute(query.order_by(ballot_choices.c.receipt))]


async def _has_voted(session: AsyncSession, ballot: Ballot, viewer: Standing) -> bool:
    query = select(ballot_voters.c.has_voted).where(
        ballot_voters.c.ballot_id == ballot.id, ballot_voters.c.person_id == viewer.person_id
    )
    return bool(await session.scalar(query))
