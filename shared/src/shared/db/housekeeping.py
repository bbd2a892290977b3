"""Removes what the platform's tables need no longer: old idempotency keys and handled events."""

import asyncio
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.logging import get_logger

# A client that repeats a request later than this asks anew.
KEYS_KEPT = timedelta(hours=24)
# An event cannot come again once it left the dead-letter queue and the retries; a month is far beyond.
EVENTS_KEPT = timedelta(days=30)
EVERY_SECONDS = 600
BATCH = 10_000

log = get_logger("housekeeping")

_OLD_KEYS = text(
    "DELETE FROM idempotency_keys WHERE scope IN"
    " (SELECT scope FROM idempotency_keys WHERE created_at < now() - CAST(:kept AS interval) LIMIT :batch)"
)
_OLD_EVENTS = text(
    "DELETE FROM inbox WHERE (consumer, event_id) IN"
    " (SELECT consumer, event_id FROM inbox WHERE handled_at < now() - CAST(:kept AS interval) LIMIT :batch)"
)


async def keep_house(engine: AsyncEngine) -> None:
    """Tidies every ten minutes, in batches of 10,000, for ever."""
    while True:
        try:
            await tidy(engine)
        except Exception as error:  # noqa: BLE001 - what was not removed now is removed next time
            log.warning("not_tidied", error=error)
        await asyncio.sleep(EVERY_SECONDS)


async def tidy(engine: AsyncEngine) -> int:
    """Removes what is old and returns how many rows went."""
    removed = 0
    for statement, kept in ((_OLD_KEYS, KEYS_KEPT), (_OLD_EVENTS, EVENTS_KEPT)):
        went = BATCH
        while went == BATCH:
            async with engine.begin() as connection:
                went = (await connection.execute(statement, {"kept": kept, "batch": BATCH})).rowcount
            removed += went
    return removed
