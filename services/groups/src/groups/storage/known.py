"""What identity has told: people, staff and organisations as they were when last heard of."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal, Role
from sqlalchemy import Table, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.markings import Authority, Human
from groups.storage.tables import known_data_protection_officers, known_organisations, known_people, known_staff

CLOSED = "closed"
"""The state of a person who is over: closed or erased."""

_NEVER_MEMBERS = (Role.POLICE, Role.ADMINISTRATOR)


async def learn(session: AsyncSession, known: Table, row: Mapping[str, Any]) -> bool:
    """Keeps `row` (with its `id` and `version`) if it is newer than what is known; whether it was."""
    fresh = insert(known).values(row)
    changed = {name: fresh.excluded[name] for name in row if name != "id"}
    kept = fresh.on_conflict_do_update(
        index_elements=["id"], set_=changed, where=known.c.version < fresh.excluded.version
    )
    return (await session.execute(kept.returning(known.c.id))).first() is not None


async def is_police_or_administrator(session: AsyncSession, person_id: UUID) -> bool:
    """Whether this human has a staff account that may not belong to a group (P3)."""
    query = select(known_staff.c.id).where(
        or_(known_staff.c.person_id == person_id, known_staff.c.id == person_id),
        known_staff.c.role.in_(_NEVER_MEMBERS),
        known_staff.c.state == "active",
    )
    return (await session.execute(query.limit(1))).first() is not None


async def hold_open_account(session: AsyncSession, person_id: UUID) -> bool:
    """Whether the account is not over; what is known of it then stays until the transaction ends (P29)."""
    query = select(known_people.c.state).where(known_people.c.id == person_id)
    return await session.scalar(query.with_for_update(read=True)) != CLOSED


async def hold_open_accounts(session: AsyncSession, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people whose account is not over; as hold_open_account, in a fixed order."""
    query = select(known_people.c.id, known_people.c.state).where(known_people.c.id.in_(people))
    held = await session.execute(query.order_by(known_people.c.id).with_for_update(read=True))
    return frozenset(people) - {person_id for person_id, state in held if state == CLOSED}


async def police_and_administrators(session: AsyncSession, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people who may not belong to a group (P3)."""
    query = select(known_staff.c.person_id, known_staff.c.id).where(
        or_(known_staff.c.person_id.in_(people), known_staff.c.id.in_(people)),
        known_staff.c.role.in_(_NEVER_MEMBERS),
        known_staff.c.state == "active",
    )
    return frozenset(account for row in await session.execute(query) for account in row if account in people)


async def human_behind(session: AsyncSession, staff: Principal) -> Human:
    """All accounts of the human in this session: their person, and every staff account recorded with it (P6)."""
    own = await session.scalars(
        select(known_staff.c.person_id).where(known_staff.c.id == staff.id, known_staff.c.person_id.is_not(None))
    )
    people = {staff.id, *own}
    accounts = await session.scalars(select(known_staff.c.id).where(known_staff.c.person_id.in_(people)))
    return Human(frozenset({*people, *accounts}))


async def is_ended(session: AsyncSession, staff: Principal) -> bool:
    """Whether identity has said that this staff account or appointment is over."""
    query = select(known_staff.c.state).where(known_staff.c.id == staff.id, known_staff.c.role == staff.role)
    return await session.scalar(query) == "ended"


async def is_data_protection_officer(session: AsyncSession, staff: Principal) -> bool:
    """Whether this account is the one that was named for the organisation of its session (P17)."""
    named = known_data_protection_officers.c
    query = select(named.id).where(named.id == staff.organisation_id, named.staff_id == staff.id)
    return (await session.execute(query)).first() is not None


async def authority_of_organisation(session: AsyncSession, organisation_id: UUID) -> tuple[bool, Authority | None]:
    """Whether the organisation is known, and which marking it gives."""
    row = (
        await session.execute(
            select(known_organisations.c.authority).where(known_organisations.c.id == organisation_id)
        )
    ).first()
    return (False, None) if row is None else (True, row[0])
