"""Changes of address that are under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.email_changes import EmailChange
from identity.storage.tables import email_changes


class EmailChanges:
    """One for each account at most; whoever changes one holds the account's lock."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, account_id: UUID) -> EmailChange | None:
        return await self._session.get(EmailChange, account_id, populate_existing=True)

    async def replace(self, change: EmailChange) -> None:
        await self._session.merge(change)

    async def remove(self, account_id: UUID) -> bool:
        """False where none was under way."""
        removed = delete(email_changes).where(email_changes.c.account_id == account_id)
        return (await self._session.execute(removed.returning(email_changes.c.account_id))).first() is not None

    async def next_due(self, now: datetime) -> UUID | None:
        """An account whose new address takes effect now."""
        due = select(email_changes.c.account_id).where(email_changes.c.effective_at <= now)
        return await self._session.scalar(due.order_by(email_changes.c.effective_at).limit(1))
