"""Erasures that are under way, and who has answered."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.erased_people import ErasedPerson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.erasures import TOLD_AGAIN_AFTER, Erasure
from identity.storage import tables


class Erasures:
    """All erasures."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, erasure: Erasure) -> None:
        self._session.add(erasure)

    async def hold(self, person_id: UUID) -> Erasure | None:
        """The erasure, locked: answers are counted one after another, so the last one sees all of them."""
        return await self._session.get(Erasure, person_id, with_for_update=True, populate_existing=True)

    async def everybody(self) -> Sequence[ErasedPerson]:
        """Everybody who was ever erased here, each with the version under which it was told."""
        erased = select(tables.accounts.c.id, tables.accounts.c.version).join(
            tables.erasures, tables.erasures.c.person_id == tables.accounts.c.id
        )
        return [ErasedPerson(*row) for row in await self._session.execute(erased.order_by(tables.accounts.c.id))]

    async def keep_answer(self, person_id: UUID, service: str, now: datetime) -> None:
        """Keeps when a service first answered. The erasure is held."""
        row = {"person_id": person_id, "service": service, "done_at": now}
        await self._session.execute(insert(tables.erasure_answers).values(row).on_conflict_do_nothing())

    async def answered(self, person_id: UUID) -> frozenset[str]:
        """Who has answered."""
        column = tables.erasure_answers.c
        return frozenset(await self._session.scalars(select(column.service).where(column.person_id == person_id)))

    async def hold_unanswered(self, now: datetime, most: int) -> Sequence[Erasure]:
        """Erasures that are not finished an hour after they were told, locked; those that others hold are left out."""
        column = tables.erasures.c
        chosen = (
            select(Erasure)
            .where(column.finished_at.is_(None), column.told_at <= now - TOLD_AGAIN_AFTER)
            .order_by(column.told_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return (await self._session.scalars(chosen)).all()
