"""The outbox: events written in the transaction that causes them."""

from sqlalchemy import bindparam, column, insert, table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.envelope import Envelope, Event

WAKE_CHANNEL = "outbox"

_outbox = table("outbox", column("event_id"), column("routing_key"), column("envelope", JSONB))
# A NOTIFY takes a lock that every commit shares, so it is sent only while the relay sleeps.
_WAKE = text("SELECT pg_notify(:channel, '') FROM relay WHERE asleep").bindparams(bindparam("channel", WAKE_CHANNEL))


class Outbox:
    """The events of one transaction."""

    def __init__(self, producer: str) -> None:
        self._producer = producer
        self._envelopes: list[Envelope] = []

    def add(self, event: Event) -> None:
        self._envelopes.append(Envelope.of(event, self._producer))

    async def write(self, session: AsyncSession) -> None:
        """Inserts what was added, on the caller's session."""
        if not self._envelopes:
            return
        rows = [
            {"event_id": e.event_id, "routing_key": e.type, "envelope": e.model_dump(mode="json")}
            for e in self._envelopes
        ]
        await session.execute(insert(_outbox), rows)
        await session.execute(_WAKE)
        self._envelopes.clear()
