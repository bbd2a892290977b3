"""Sessions and their refresh tokens."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.sessions import RefreshToken, Session
from identity.storage import tables


class Sessions:
    """All sessions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_for_change(self, session_id: UUID) -> Session | None:
        return await self._session.get(Session, session_id, with_for_update=True)

    def add(self, opened: Session) -> None:
        self._session.add(opened)

    async def ended_since(self, moment: datetime) -> Sequence[UUID]:
        """The sessions that ended after a moment."""
        column = tables.sessions.c
        return (await self._session.scalars(select(column.id).where(column.ended_at > moment))).all()


class RefreshTokens:
    """Refresh tokens by their digest."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, digest: bytes) -> RefreshToken | None:
        return await self._session.get(RefreshToken, digest)

    def add(self, token: RefreshToken) -> None:
        self._session.add(token)

    async def mark_replaced(self, digest: bytes, now: datetime) -> bool:
        """Marks a token as replaced; False when it was already. One statement: of a race, one wins."""
        column = tables.refresh_tokens.c
        marked = await self._session.execute(
            update(tables.refresh_tokens)
            .where(column.digest == digest, column.replaced_at.is_(None))
            .values(replaced_at=now)
            .returning(column.digest)
        )
        return marked.first() is not None
