"""The ledger: which organisation looked at a membership, when and what for (P17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal, Role
from shared.ids import new_id
from sqlalchemy import func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.look_delays import LookDelays
from groups.storage.tables import groups, known_organisations, ledger


@dataclass(frozen=True, slots=True)
class Look:
    """An entry as members read it: the organisation and its team, never the staff member.

    At the list of members, or at the contact of one; `contact_of` is None where that one was erased before.
    """

    id: UUID
    organisation: str | None
    team: Role
    purpose: str
    looked_at: datetime
    at_contact: bool
    contact_of: UUID | None


@dataclass(frozen=True, slots=True)
class Looks:
    """A page of entries, and how many more there are that show later."""

    looks: Sequence[Look]
    delayed: int


@dataclass(frozen=True, slots=True)
class NamedLook:
    """An entry as the organisation's own data-protection officer reads it: with who looked.

    `shown_at` is later than `looked_at` where two people of the organisation delayed it.
    """

    id: UUID
    group_id: UUID
    group_name: str
    staff_id: UUID
    role: Role
    purpose: str
    looked_at: datetime
    shown_at: datetime


async def write_look(session: AsyncSession, staff: Principal, group_id: UUID, purpose: str, now: datetime) -> None:
    """Written at once; shown at once, unless two people of the organisation delayed it (P17)."""
    if staff.organisation_id is None:
        raise ValueError("whoever looks does so for an organisation")
    row = {
        "id": new_id(),
        "group_id": group_id,
        "staff_id": staff.id,
        "organisation_id": staff.organisation_id,
        "role": staff.role,
        "purpose": purpose,
        "looked_at": now,
        "shown_at": await LookDelays(session, group_id, staff.organisation_id).shown_at(now),
    }
    await session.execute(insert(ledger).values(row))


async def write_contact_look(session: AsyncSession, row: Mapping[str, Any]) -> None:
    """Writes what identity told of a look at a contact, once however often it is told. The member reads it there too,
    so nothing of it is delayed.
    """
    shown = {**row, "shown_at": row["looked_at"]}
    await session.execute(upsert(ledger).values(shown).on_conflict_do_nothing(index_elements=["id"]))


async def list_looks(
    session: AsyncSession,
    group_id: UUID,
    *,
    since: datetime | None,
    contacts_of: UUID | None,
    after: UUID | None,
    limit: int,
    now: datetime,
) -> Looks:
    """Who looked, the oldest first; with `since`, only from then on; with `contacts_of`, at no other's contact."""
    at_contact = ledger.c.staff_id.is_(None)
    theirs = [ledger.c.group_id == group_id]
    if since is not None:
        theirs.append(ledger.c.looked_at >= since)
    if contacts_of is not None:
        theirs.append(or_(~at_contact, ledger.c.contact_of == contacts_of))
    seen = (ledger.c.role, ledger.c.purpose, ledger.c.looked_at, at_contact, ledger.c.contact_of)
    query = (
        select(ledger.c.id, known_organisations.c.name, *seen)
        .outerjoin(known_organisations, known_organisations.c.id == ledger.c.organisation_id)
        .where(*theirs, ledger.c.shown_at <= now)
    )
    if after is not None:
        query = query.where(ledger.c.id > after)
    looks = [Look(*row) for row in await session.execute(query.order_by(ledger.c.id).limit(limit))]
    delayed = await session.scalar(select(func.count()).where(*theirs, ledger.c.shown_at > now))
    return Looks(looks, delayed or 0)


async def list_named_looks(
    session: AsyncSession, organisation_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[NamedLook]:
    """The looks of one organisation at memberships, delayed or not, the oldest first.

    Those at a contact are not here: who looked there is known to identity alone.
    """
    seen = (ledger.c.staff_id, ledger.c.role, ledger.c.purpose, ledger.c.looked_at, ledger.c.shown_at)
    query = (
        select(ledger.c.id, ledger.c.group_id, groups.c.name, *seen)
        .join(groups, groups.c.id == ledger.c.group_id)
        .where(ledger.c.organisation_id == organisation_id, ledger.c.staff_id.is_not(None))
    )
    if after is not None:
        query = query.where(ledger.c.id > after)
    return [NamedLook(*row) for row in await session.execute(query.order_by(ledger.c.id).limit(limit))]
