"""The ledger: which organisation looked at a membership, when and what for (P17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal, Role
from shared.ids import new_id
from sqlalchemy import insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.tables import known_organisations, ledger


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


async def write_look(session: AsyncSession, staff: Principal, group_id: UUID, purpose: str, now: datetime) -> None:
    row = {
        "id": new_id(),
        "group_id": group_id,
        "staff_id": staff.id,
        "organisation_id": staff.organisation_id,
        "role": staff.role,
        "purpose": purpose,
        "looked_at": now,
    }
    await session.execute(insert(ledger).values(row))


async def write_contact_look(session: AsyncSession, row: Mapping[str, Any]) -> None:
    """Writes what identity told of a look at a contact, once however often it is told."""
    await session.execute(upsert(ledger).values(row).on_conflict_do_nothing(index_elements=["id"]))


async def list_looks(
    session: AsyncSession,
    group_id: UUID,
    *,
    since: datetime | None,
    contacts_of: UUID | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Look]:
    """Who looked, the oldest first; with `since`, only from then on; with `contacts_of`, at no other's contact."""
    at_contact = ledger.c.staff_id.is_(None)
    seen = (ledger.c.role, ledger.c.purpose, ledger.c.looked_at, at_contact, ledger.c.contact_of)
    query = (
        select(ledger.c.id, known_organisations.c.name, *seen)
        .outerjoin(known_organisations, known_organisations.c.id == ledger.c.organisation_id)
        .where(ledger.c.group_id == group_id)
    )
    if since is not None:
        query = query.where(ledger.c.looked_at >= since)
    if contacts_of is not None:
        query = query.where(or_(~at_contact, ledger.c.contact_of == contacts_of))
    if after is not None:
        query = query.where(ledger.c.id > after)
    return [Look(*row) for row in await session.execute(query.order_by(ledger.c.id).limit(limit))]
