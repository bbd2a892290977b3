"""The inbox: an event has its effect once, because its row is inserted in the transaction of the effect."""

from uuid import UUID

from sqlalchemy import column, table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.unit_of_work import UnitOfWork

_inbox = table("inbox", column("consumer"), column("event_id"))


class AlreadyHandled(Exception):
    """This consumer has had this event."""


class InboxClaim:
    """The right of one consumer to handle one event."""

    def __init__(self, consumer: str, event_id: UUID) -> None:
        self._row = {"consumer": consumer, "event_id": event_id}

    async def take(self, session: AsyncSession) -> None:
        """Inserts the row; waits for whoever is handling the same event just now."""
        taken = await session.execute(
            insert(_inbox).values(self._row).on_conflict_do_nothing().returning(_inbox.c.event_id)
        )
        if taken.first() is None:
            raise AlreadyHandled

    async def settle(self, work: UnitOfWork) -> None:
        """Commits the row with its effect."""
        await work.finish()
