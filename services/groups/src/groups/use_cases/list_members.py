"""What members see of their own group: its people, who looked at them, and its markings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage.groups import Groups
from groups.storage.ledger import Looks, list_looks
from groups.storage.markings import Markings, NamedEntry
from groups.storage.member_queries import Member, list_for_member
from groups.storage.memberships import Memberships


async def list_members(
    uow: UnitOfWork, actor: Principal, group_id: UUID, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[Member]:
    """A page of members, as far as the actor sees them (P10, P15). NoSuchGroup."""
    async with uow:
        group, standing = await Groups(uow.session).for_member(actor, group_id, now)
        return await list_for_member(uow.session, group, standing, now, after=after, limit=limit)


async def read_ledger(
    uow: UnitOfWork, actor: Principal, group_id: UUID, *, after: UUID | None, limit: int, now: datetime
) -> Looks:
    """Officers read every look, a member those since they belong and at no other's contact (P17). NoSuchGroup."""
    async with uow:
        _, standing = await Groups(uow.session).for_member(actor, group_id, now)
        since, contacts_of = None, None
        if not standing.is_officer:
            membership = await Memberships(uow.session, group_id).of(actor.id)
            since, contacts_of = membership.since if membership else None, actor.id
        return await list_looks(
            uow.session, group_id, since=since, contacts_of=contacts_of, after=after, limit=limit, now=now
        )


async def list_markings(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Sequence[NamedEntry]:
    """The history of markings: of the group and of oneself; officers see those of the members too. NoSuchGroup."""
    async with uow:
        _, standing = await Groups(uow.session).for_member(actor, group_id, now)
        own = None
        if not standing.is_officer:
            membership = await Memberships(uow.session, group_id).of(actor.id)
            own = membership.id if membership else group_id
        return await Markings(uow.session).history(group_id, own)
