"""Officers see what others see of their group: read by the very queries that answer those others (P14 to P16)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.domain.permissions import Standing, must_be_officer
from groups.storage.current_markings import current_markings
from groups.storage.directory import find_listed
from groups.storage.group_queries import Mine, Seen, as_seen, list_mine
from groups.storage.groups import Groups
from groups.storage.member_queries import Member, list_for_member, list_for_staff

_SOMEBODY = UUID(int=0)


async def preview_as_public(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Seen | None:
    """The group as the directory shows it; None where it shows nothing. NoSuchGroup, NotAnOfficer."""
    async with uow:
        await _officers_group(uow, actor, group_id, now)
        return await find_listed(uow.session, group_id, now)


async def preview_as_member(
    uow: UnitOfWork, actor: Principal, group_id: UUID, *, after: UUID | None, limit: int, now: datetime
) -> tuple[Mine, Sequence[Member]]:
    """The group and a page of its members as a member without an office sees them. NoSuchGroup, NotAnOfficer."""
    async with uow:
        group, standing = await _officers_group(uow, actor, group_id, now)
        [mine] = await list_mine(uow.session, actor, now, group_id=group_id)
        plain = replace(standing, person_id=_SOMEBODY, office=None, is_forwarder=False, stands_in=False)
        members = await list_for_member(uow.session, group, plain, now, after=after, limit=limit)
        return replace(mine, office=None), members


async def preview_as_staff(
    uow: UnitOfWork, actor: Principal, group_id: UUID, *, after: UUID | None, limit: int, now: datetime
) -> tuple[Seen, Sequence[Member]]:
    """The group and a page of its members as police and coordinators of the area see them; nobody has looked, so the
    ledger has no line. NoSuchGroup, NotAnOfficer.
    """
    async with uow:
        group, _ = await _officers_group(uow, actor, group_id, now)
        markings = await current_markings(uow.session, [group.id], now)
        members = await list_for_staff(uow.session, group, now, after=after, limit=limit)
        return as_seen(group, markings[group.id]), members


async def _officers_group(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> tuple[Group, Standing]:
    group, standing = await Groups(uow.session).for_member(actor, group_id, now)
    must_be_officer(standing)
    return group, standing
