"""The collection of terms that nobody has ended, always of one group."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.terms import Term
from groups.storage import tables


class Terms:
    """Terms of one group in one transaction. Whoever changes them has locked the group."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    def add(self, term: Term) -> None:
        self._session.add(term)

    async def held_by(self, person_id: UUID) -> Sequence[Term]:
        """The person's terms: an office, the right to forward, both or nothing; also what ran out unnoticed."""
        return (await self._session.scalars(self._held().where(tables.terms.c.person_id == person_id))).all()

    async def held(self) -> Sequence[Term]:
        """Every term of the group."""
        return (await self._session.scalars(self._held())).all()

    async def held_in(self, office: str) -> Term | None:
        """The term of whoever holds the office, or held it until it ran out."""
        held: Term | None = await self._session.scalar(self._held().where(tables.terms.c.office == office))
        return held

    async def run_out(self, now: datetime) -> Sequence[Term]:
        """What gives nothing any more, and nobody has ended yet."""
        return (await self._session.scalars(self._held().where(tables.terms.c.ends_at <= now))).all()

    async def flush(self) -> None:
        """Writes ended terms before new ones: an office is held once at any moment, says the database."""
        await self._session.flush()

    def _held(self) -> Select[Term]:
        return (
            select(Term)
            .where(tables.terms.c.group_id == self._group_id, tables.terms.c.until.is_(None))
            .order_by(tables.terms.c.id)
            .with_for_update()
        )
