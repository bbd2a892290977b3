"""Sessions, their refresh tokens and what browsers keep for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.sessions import BrowserSession, RefreshToken, Session
from identity.storage import tables


class Sessions:
    """All sessions."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_for_change(self, session_id: UUID) -> Session | None:
        return await self._session.get(Session, session_id, with_for_update=True)

    async def hold(self, session_ids: Iterable[UUID]) -> None:
        """Locks these sessions, in the order in which they are locked everywhere."""
        column = tables.sessions.c
        chosen = select(column.id).where(column.id.in_(session_ids))
        await self._session.execute(chosen.order_by(column.id).with_for_update())

    async def open_of(self, account_id: UUID) -> Sequence[Session]:
        """The account's sessions that nobody ended, the last used first; some may have run out."""
        column = tables.sessions.c
        chosen = select(Session).where(column.account_id == account_id, column.ended_at.is_(None))
        return (await self._session.scalars(chosen.order_by(column.last_used_at.desc()))).all()

    async def lock_all(self, account_id: UUID) -> None:
        """Locks the account's open sessions, before the account itself: sessions come first everywhere."""
        column = tables.sessions.c
        chosen = select(column.id).where(column.account_id == account_id, column.ended_at.is_(None))
        await self._session.execute(chosen.order_by(column.id).with_for_update())

    async def end_all(
        self, account_id: UUID, now: datetime, *, but: UUID | None = None, plane: Plane | None = None
    ) -> None:
        """Ends the account's open sessions but one, or those of one plane; the gateway hears of it at its next poll."""
        column = tables.sessions.c
        chosen = update(tables.sessions).where(column.account_id == account_id, column.ended_at.is_(None))
        if but is not None:
            chosen = chosen.where(column.id != but)
        if plane is not None:
            chosen = chosen.where(column.plane == plane)
        await self._session.execute(chosen.values(ended_at=now))

    async def end_everybodys(self, now: datetime) -> None:
        """Ends every session there is."""
        column = tables.sessions.c
        await self._session.execute(update(tables.sessions).where(column.ended_at.is_(None)).values(ended_at=now))

    async def part_from_devices(self, account_id: UUID) -> None:
        """The account's sessions no longer say on which device they were."""
        mine = update(tables.sessions).where(tables.sessions.c.account_id == account_id)
        await self._session.execute(mine.values(device_id=None))

    async def end_on(self, device_id: UUID, now: datetime) -> None:
        """Ends the open sessions of a device."""
        column = tables.sessions.c
        chosen = update(tables.sessions).where(column.device_id == device_id, column.ended_at.is_(None))
        await self._session.execute(chosen.values(ended_at=now))

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


class BrowserSessions:
    """What browsers keep, by its digest."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, digest: bytes) -> BrowserSession | None:
        return await self._session.get(BrowserSession, digest, populate_existing=True)

    async def shown(self, digests: Iterable[bytes]) -> Sequence[BrowserSession]:
        """Those of these that were ever handed out."""
        column = tables.browser_sessions.c
        return (await self._session.scalars(select(BrowserSession).where(column.digest.in_(digests)))).all()

    def add(self, kept: BrowserSession) -> None:
        self._session.add(kept)

    async def replace_all(self, session_id: UUID, now: datetime) -> bool:
        """Ends whatever is kept for a session; whether there was anything, which makes it a browser's."""
        column = tables.browser_sessions.c
        living = update(tables.browser_sessions).where(column.session_id == session_id, column.replaced_at.is_(None))
        replaced = await self._session.execute(living.values(replaced_at=now).returning(column.digest))
        return replaced.first() is not None

    async def replaced_since(self, moment: datetime) -> Sequence[bytes]:
        """The digests of what was replaced after a moment."""
        column = tables.browser_sessions.c
        return (await self._session.scalars(select(column.digest).where(column.replaced_at > moment))).all()
