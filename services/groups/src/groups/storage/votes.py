"""Votes: who may cast one and what was voted, in two tables that nothing joins (security.md, "a ballot's choice")."""

import random
from collections.abc import Sequence
from uuid import UUID

from shared.ids import timeless_id
from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.ballots import Ballot, Choice
from groups.domain.errors import NotInTheElectorate, VotedAlready
from groups.domain.memberships import MembershipState
from groups.storage.tables import ballot_choices, ballot_voters, memberships

_shuffler = random.SystemRandom()


async def draw_up_electorate(session: AsyncSession, ballot: Ballot) -> int:
    """Writes down who may vote: the members who are active, and were when voting opened; how many they are."""
    members = select(literal(ballot.id), memberships.c.person_id, literal(False)).where(
        memberships.c.group_id == ballot.group_id,
        memberships.c.state == MembershipState.ACTIVE,
        memberships.c.since <= ballot.nominations_until,
    )
    await session.execute(insert(ballot_voters).from_select(["ballot_id", "person_id", "has_voted"], members))
    drawn = select(func.count()).select_from(ballot_voters).where(ballot_voters.c.ballot_id == ballot.id)
    return await session.scalar(drawn) or 0


async def use_vote(session: AsyncSession, ballot: Ballot, person_id: UUID) -> None:
    """Takes the person's one vote. VotedAlready; NotInTheElectorate."""
    theirs = (ballot_voters.c.ballot_id == ballot.id) & (ballot_voters.c.person_id == person_id)
    taken = update(ballot_voters).where(theirs, ~ballot_voters.c.has_voted).values(has_voted=True)
    if (await session.execute(taken.returning(ballot_voters.c.person_id))).first() is not None:
        return
    if await session.scalar(select(ballot_voters.c.person_id).where(theirs)) is None:
        raise NotInTheElectorate
    raise VotedAlready


async def put_choice(session: AsyncSession, ballot: Ballot, choice: Choice) -> None:
    """Puts a vote into the box, under an id that tells neither time nor order."""
    await session.execute(insert(ballot_choices).values(_row(ballot, choice)))


async def empty_box(session: AsyncSession, ballot: Ballot) -> Sequence[Choice]:
    """All votes of a ballot that is over; after this nothing in the database says who voted, or when what was voted.

    While it was open a voter's row and a choice had the transaction and the order in common. So the voters go, and the
    choices are written anew, all in this one transaction, in random order and under other ids.
    """
    await session.execute(delete(ballot_voters).where(ballot_voters.c.ballot_id == ballot.id))
    taken = delete(ballot_choices).where(ballot_choices.c.ballot_id == ballot.id)
    rows = await session.execute(taken.returning(ballot_choices.c.receipt, ballot_choices.c.nomination_id))
    choices = [Choice(*row) for row in rows]
    _shuffler.shuffle(choices)
    if choices:
        await session.execute(insert(ballot_choices), [_row(ballot, choice) for choice in choices])
    return choices


def _row(ballot: Ballot, choice: Choice) -> dict[str, object]:
    return {
        "id": timeless_id(),
        "ballot_id": ballot.id,
        "nomination_id": choice.nomination_id,
        "receipt": choice.receipt,
    }
