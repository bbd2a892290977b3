"""What identity, groups and documents have told, as it was when last heard of."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Role
from sqlalchemy import Table, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.authors import Author
from messaging.domain.errors import NotOnThisPlane, OnlyOfficers
from messaging.domain.permissions import SENDERS
from messaging.storage.tables import (
    known_contacts,
    known_groups,
    known_memberships,
    known_organisations,
    known_pauses,
    known_staff,
    known_terms,
)

_WITHIN = text(
    """
    WITH RECURSIVE within AS (
        SELECT unnest(CAST(:codes AS text[])) AS code
        UNION SELECT a.id FROM known_areas a JOIN within w ON a.parent = w.code
    )
    SELECT code FROM within
    """
)


async def learn(session: AsyncSession, known: Table, row: Mapping[str, Any]) -> None:
    """Keeps `row` (with its `id` and `version`) if it is newer than what is known."""
    fresh = insert(known).values(row)
    changed = {name: fresh.excluded[name] for name in row if name != "id"}
    await session.execute(
        fresh.on_conflict_do_update(index_elements=["id"], set_=changed, where=known.c.version < fresh.excluded.version)
    )


async def has_another_mailbox(session: AsyncSession, person_id: UUID, tag: bytes, version: int) -> bool:
    """Whether news of this version gives the person another mailbox than the one that is known."""
    known = select(known_contacts.c.tag, known_contacts.c.version).where(known_contacts.c.id == person_id)
    row = (await session.execute(known.with_for_update())).first()
    return row is None or (row.version < version and row.tag != tag)


async def group_name(session: AsyncSession, group_id: UUID) -> str | None:
    return await session.scalar(select(known_groups.c.name).where(known_groups.c.id == group_id))


async def is_paused(session: AsyncSession, group_id: UUID, now: datetime) -> bool:
    """Whether two authorities hold the group's own sending up at this moment (P4)."""
    query = select(known_pauses.c.id).where(known_pauses.c.id == group_id, known_pauses.c.paused_until > now)
    return await session.scalar(query) is not None


async def organisation_name(session: AsyncSession, organisation_id: UUID) -> str | None:
    return await session.scalar(select(known_organisations.c.name).where(known_organisations.c.id == organisation_id))


async def is_open(session: AsyncSession, group_id: UUID) -> bool:
    """Whether the group is not closed, as far as is known."""
    query = select(known_groups.c.id).where(known_groups.c.id == group_id, known_groups.c.state != "active")
    return await session.scalar(query) is None


async def is_active_member(session: AsyncSession, group_id: UUID, person_id: UUID, at_least: int = 0) -> bool:
    """Whether this person's membership is active here, as known from version `at_least` or a later one."""
    query = select(known_memberships.c.id).where(
        known_memberships.c.group_id == group_id,
        known_memberships.c.person_id == person_id,
        known_memberships.c.state == "active",
        known_memberships.c.version >= at_least,
    )
    return (await session.execute(query.limit(1))).first() is not None


async def areas_of_groups(
    session: AsyncSession, group_ids: Collection[UUID], *, also_closed: bool = False
) -> dict[UUID, str]:
    """In which ward each of these groups is, of those that are here and, unless told otherwise, not archived."""
    query = select(known_groups.c.id, known_groups.c.area).where(known_groups.c.id.in_(group_ids))
    if not also_closed:
        query = query.where(known_groups.c.state == "active")
    return {row.id: row.area for row in await session.execute(query)}


async def areas_within(session: AsyncSession, codes: Iterable[str]) -> set[str]:
    """These areas, and all that lie in them."""
    return set(await session.scalars(_WITHIN, {"codes": list(codes)}))


async def office_of(session: AsyncSession, group_id: UUID, person_id: UUID) -> str:
    """The office that an active member of the group holds, as far as is known. Raises OnlyOfficers."""
    query = (
        select(known_terms.c.office)
        .where(known_terms.c.group_id == group_id, known_terms.c.person_id == person_id, known_terms.c.until.is_(None))
        .limit(1)
    )
    office: str | None = await session.scalar(query)
    if office is None or not await is_active_member(session, group_id, person_id):
        raise OnlyOfficers
    return office


async def staff_in_office(session: AsyncSession, author: Author) -> tuple[Role, frozenset[str]]:
    """Role and areas of an active staff account of the author's organisation. Raises NotOnThisPlane."""
    query = select(known_staff.c.role, known_staff.c.areas).where(
        known_staff.c.id == author.person_id,
        known_staff.c.organisation_id == author.organisation_id,
        known_staff.c.state == "active",
        known_staff.c.role.in_([role.value for role in SENDERS]),
    )
    row = (await session.execute(query)).first()
    if row is None:
        raise NotOnThisPlane
    return Role(row.role), frozenset(row.areas)
