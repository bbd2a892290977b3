"""Members call a ballot for the leading office: any of them where it is vacant, enough where it is held (P12)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.ballots import Ballot, askers_needed
from groups.domain.errors import BallotIsOpen, OfficeIsHeld, TooFewYet
from groups.domain.groups import OFFICES, Group, GroupState
from groups.storage.ballots import Ballots
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms

FIRST_BALLOTS_AT = 3
"""P13: how many members open the first ballots of a panel that an organisation founded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many members ask for a ballot, how many it takes, and the ballot once they do."""

    asked: int
    needed: int
    ballot: Ballot | None


async def open_ballot(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Ballot:
    """A ballot for the vacant leading office. NoSuchGroup, OfficeIsHeld, TooFewYet, BallotIsOpen."""
    async with uow:
        group, _ = await Groups(uow.session).for_change(actor, group_id, now)
        held = await Terms(uow.session, group_id).held_in(group.leading_office)
        if held is not None and held.is_held(now):
            raise OfficeIsHeld
        await must_be_enough(uow.session, group)
        return await begin_ballot(uow, group, group.leading_office, now)


async def ask_for_ballot(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Asked:
    """Asks for one; 30 % of the active members, three at least, open it. Who asks twice counts once.

    NoSuchGroup, BallotIsOpen.
    """
    async with uow:
        group, _ = await Groups(uow.session).for_change(actor, group_id, now)
        ballots = Ballots(uow.session, group_id)
        if await ballots.is_open(group.leading_office):
            raise BallotIsOpen
        asked = await ballots.ask(actor.id, now)
        needed = askers_needed(await Memberships(uow.session, group_id).count_active())
        if asked < needed:
            return Asked(asked, needed, None)
        return Asked(asked, needed, await begin_ballot(uow, group, group.leading_office, now))


async def must_be_enough(session: AsyncSession, group: Group) -> None:
    """P13: TooFewYet where staff founded the group, nobody ever led it, and fewer than three belong to it."""
    if group.founding_organisation_id is None or await Ballots(session, group.id).was_ever_filled(group.leading_office):
        return
    if await Memberships(session, group.id).count_active() < FIRST_BALLOTS_AT:
        raise TooFewYet


async def begin_ballot(uow: UnitOfWork, group: Group, office: str, now: datetime) -> Ballot:
    """Inside an open transaction that has locked the group. BallotIsOpen."""
    ballots = Ballots(uow.session, group.id)
    if await ballots.is_open(office):
        raise BallotIsOpen
    ballot = Ballot.open(group.id, office, now)
    ballots.add(ballot)
    if office == group.leading_office:
        await ballots.forget_askers()
    await uow.session.flush()
    return ballot


async def open_first_ballots(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """P13: where an organisation founded the group, its members fill the offices from the start.

    The leading office first, once there are three of them, and the others when that ballot is over. Each once: after
    that the group goes on as any other. Inside an open transaction that has locked the group.
    """
    if group.founding_organisation_id is None or group.state is not GroupState.ACTIVE:
        return
    if await Memberships(uow.session, group.id).count_active() < FIRST_BALLOTS_AT:
        return
    ballots = Ballots(uow.session, group.id)
    leading, *others = OFFICES[group.kind]
    if not await ballots.was_ever_filled(leading):
        await begin_ballot(uow, group, leading, now)
    elif not await ballots.is_open(leading):
        for office in others:
            if not await ballots.was_ever_filled(office):
                await begin_ballot(uow, group, office, now)
