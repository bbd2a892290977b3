"""Members nominate one another; who is nominated stands once they accept (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from groups.domain.ballots import Nomination
from groups.domain.errors import NotActive, NotNominated
from groups.domain.permissions import may_name
from groups.storage.ballots import Ballots
from groups.storage.groups import Groups
from groups.storage.standings import standing_of


async def nominate(
    uow: UnitOfWork, actor: Principal, group_id: UUID, ballot_id: UUID, person_id: UUID, now: datetime
) -> Nomination:
    """The nomination, the same one if there is one; one's own is accepted with it.

    Only of people whom the actor sees in the group, so that nobody finds out by nominating who belongs (P10, P15).
    NoSuchGroup, NoSuchBallot, NotOpenForNominations, NotActive.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        ballots = Ballots(uow.session, group_id)
        ballot = await ballots.get(ballot_id)
        ballot.must_take_nominations(now)
        theirs = await standing_of(uow.session, group_id, person_id, now)
        if theirs is None or not may_name(standing, theirs, group):
            raise NotActive
        nomination = await ballots.nomination_of(ballot, person_id)
        if nomination is None:
            nomination = Nomination(new_id(), ballot.id, person_id, None)
            ballots.nominate(nomination)
        if person_id == actor.id and nomination.accepted_at is None:
            nomination.accepted_at = now
        return nomination


async def accept_nomination(
    uow: UnitOfWork, actor: Principal, group_id: UUID, ballot_id: UUID, now: datetime
) -> Nomination:
    """The actor's own, accepted. NoSuchGroup, NoSuchBallot, NotOpenForNominations, NotNominated."""
    async with uow:
        _, nomination = await _own(uow, actor, group_id, ballot_id, now)
        nomination.accepted_at = nomination.accepted_at or now
        return nomination


async def decline_nomination(uow: UnitOfWork, actor: Principal, group_id: UUID, ballot_id: UUID, now: datetime) -> None:
    """The actor does not stand, or no longer. NoSuchGroup, NoSuchBallot, NotOpenForNominations, NotNominated."""
    async with uow:
        ballots, nomination = await _own(uow, actor, group_id, ballot_id, now)
        await ballots.withdraw(nomination)


async def _own(
    uow: UnitOfWork, actor: Principal, group_id: UUID, ballot_id: UUID, now: datetime
) -> tuple[Ballots, Nomination]:
    await Groups(uow.session).for_change(actor, group_id, now)
    ballots = Ballots(uow.session, group_id)
    ballot = await ballots.get(ballot_id)
    ballot.must_take_nominations(now)
    nomination = await ballots.nomination_of(ballot, actor.id)
    if nomination is None:
        raise NotNominated
    return ballots, nomination
