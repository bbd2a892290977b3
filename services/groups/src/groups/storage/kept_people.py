"""The collection of the people whom one group keeps, by name."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchKeptPerson
from groups.domain.kept_people import KeptPerson
from groups.storage.tables import groups, kept_people

KEPT_AFTER_THE_END = timedelta(days=90)


class KeptPeople:
    """Of one group in one transaction. Whoever changes them has locked the group."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    def add(self, person: KeptPerson) -> None:
        self._session.add(person)

    async def get(self, kept_id: UUID) -> KeptPerson:
        """NoSuchKeptPerson where this group keeps nobody of that id."""
        query = select(KeptPerson).where(kept_people.c.id == kept_id, kept_people.c.group_id == self._group_id)
        found: KeptPerson | None = await self._session.scalar(query)
        if found is None:
            raise NoSuchKeptPerson
        return found

    async def known_as(self, name: str, how_to_reach: str) -> KeptPerson | None:
        """Whoever is kept under the same words already."""
        found: KeptPerson | None = await self._session.scalar(
            select(KeptPerson).where(
                kept_people.c.group_id == self._group_id,
                kept_people.c.name == name,
                kept_people.c.how_to_reach == how_to_reach,
            )
        )
        return found

    async def all(self) -> Sequence[KeptPerson]:
        query = select(KeptPerson).where(kept_people.c.group_id == self._group_id)
        return (await self._session.scalars(query.order_by(kept_people.c.name, kept_people.c.id))).all()

    async def count(self) -> int:
        query = select(func.count()).where(kept_people.c.group_id == self._group_id)
        return await self._session.scalar(query) or 0

    async def drop(self, person: KeptPerson) -> None:
        await self._session.delete(person)


async def forget_people_of_ended_groups(session: AsyncSession, now: datetime) -> None:
    """Whoever was kept by a group that ended 90 days ago is not kept any more."""
    ended = select(groups.c.id).where(groups.c.archived_at <= now - KEPT_AFTER_THE_END)
    await session.execute(delete(kept_people).where(kept_people.c.group_id.in_(ended)))
