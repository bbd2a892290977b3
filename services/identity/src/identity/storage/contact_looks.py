"""Looks at members' contacts: added to and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.contact_looks import ContactLook
from identity.storage.tables import accounts, contact_looks


@dataclass(frozen=True, slots=True)
class NamedLook:
    """A look as the organisation's data-protection officer reads it: with who looked, named as they are called now.

    `person_id` is None once the member was erased, `staff_name` once the officer was.
    """

    id: UUID
    staff_id: UUID
    staff_name: str | None
    person_id: UUID | None
    group_id: UUID
    purpose: str
    at: datetime


class ContactLooks:
    """Who looked at whose contact."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def write(self, look: ContactLook) -> None:
        """Adds it, in the transaction that lets the officer see."""
        self._session.add(look)

    async def of_organisation(self, organisation_id: UUID, *, after: UUID | None, most: int) -> Sequence[NamedLook]:
        """The looks by one organisation in order of id, after one."""
        look = contact_looks.c
        name = func.nullif(accounts.c.display_name, "")
        chosen = (
            select(look.id, look.staff_id, name, look.person_id, look.group_id, look.purpose, look.at)
            .outerjoin(accounts, accounts.c.id == look.staff_id)
            .where(look.organisation_id == organisation_id)
        )
        if after is not None:
            chosen = chosen.where(look.id > after)
        return [NamedLook(*row) for row in await self._session.execute(chosen.order_by(look.id).limit(most))]
