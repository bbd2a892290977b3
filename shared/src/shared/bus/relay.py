"""The relay: carries committed events from the outbox to the broker, each at least once."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractExchange
from pydantic import SecretStr
from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import CONFIRM_SECONDS, broker_connection
from shared.bus.outbox import WAKE_CHANNEL
from shared.contracts.envelope import Envelope
from shared.ids import timeless_id
from shared.logging import get_logger

BATCH = 1000
LEASE = timedelta(seconds=60)
IDLE_SECONDS = 1.0
BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

log = get_logger("relay")

_CLAIM = text(
    """
    WITH batch AS (
        SELECT id FROM outbox WHERE leased_until IS NULL OR leased_until < now()
        ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    UPDATE outbox SET lease = :lease, leased_until = now() + :life FROM batch
    WHERE outbox.id = batch.id
    RETURNING outbox.id, outbox.routing_key, outbox.envelope
    """
)
_REMOVE = text("DELETE FROM outbox WHERE lease = :lease AND id = ANY(:ids)")
_RELEASE = text("UPDATE outbox SET lease = NULL, leased_until = NULL WHERE lease = :lease")
_SLEEP = text("UPDATE relay SET asleep = :asleep").bindparams(bindparam("asleep"))


class NotConfirmed(Exception):
    """The broker did not confirm all of a batch; what it did not confirm stays in the outbox."""


class _Row(NamedTuple):
    id: int
    routing_key: str
    envelope: dict[str, object]


class Relay:
    """Publishes a service's outbox to its exchange until cancelled.

    A batch is claimed under a lease, published with many confirms in flight, and removed where the lease still
    holds. A crash in between repeats events; it never loses one. Broker and database may come and go.
    """

    def __init__(self, engine: AsyncEngine, amqp_url: SecretStr, service: str) -> None:
        self._engine = engine
        self._amqp_url = amqp_url
        self._service = service
        self._woken = asyncio.Event()

    async def run(self) -> None:
        failures = 0
        while True:
            try:
                async with broker_connection(self._amqp_url, f"{self._service}-relay") as connection:
                    channel = await connection.channel(publisher_confirms=True)
                    exchange = await channel.get_exchange(self._service, ensure=False)
                    await self._listen_and_publish(exchange)
            except Exception as error:  # noqa: BLE001 - whatever broke, the outbox keeps the events
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                log.warning("relay_interrupted", error=error, retry_seconds=pause)
                await asyncio.sleep(pause)
            else:
                failures = 0

    async def _listen_and_publish(self, exchange: AbstractExchange) -> None:
        async with self._engine.connect() as listening:
            raw = (await listening.get_raw_connection()).driver_connection
            assert isinstance(raw, asyncpg.Connection)  # noqa: S101 - the engine is asyncpg's, says make_engine
            await raw.add_listener(WAKE_CHANNEL, self._wake)
            try:
                while True:
                    self._woken.clear()
                    if await self.publish_batch(exchange) == 0:
                        await self._sleep(exchange)
            finally:
                if not raw.is_closed():
                    await raw.remove_listener(WAKE_CHANNEL, self._wake)

    async def _sleep(self, exchange: AbstractExchange) -> None:
        await self._say_asleep(asleep=True)
        # Whoever committed before seeing that we sleep did not wake us: look once more, and poll anyway.
        while await self.publish_batch(exchange) == 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._woken.wait()
                    break
        await self._say_asleep(asleep=False)

    async def _say_asleep(self, *, asleep: bool) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_SLEEP, {"asleep": asleep})

    def _wake(self, *_: object) -> None:
        self._woken.set()

    async def publish_batch(self, exchange: AbstractExchange) -> int:
        """Publishes up to 1,000 events and removes those that the broker confirmed; returns how many."""
        lease = timeless_id()
        async with self._engine.begin() as connection:
            claimed = await connection.execute(_CLAIM, {"batch": BATCH, "lease": lease, "life": LEASE})
            rows = sorted(_Row(*row) for row in claimed)
        if not rows:
            return 0
        sent = await self._publish(exchange, rows)
        await self._settle(lease, sent)
        if len(sent) < len(rows):
            raise NotConfirmed
        return len(sent)

    async def _publish(self, exchange: AbstractExchange, rows: Sequence[_Row]) -> list[int]:
        publishing = [
            exchange.publish(_message(row), row.routing_key, mandatory=False, timeout=CONFIRM_SECONDS) for row in rows
        ]
        outcomes = await asyncio.gather(*publishing, return_exceptions=True)
        return [row.id for row, outcome in zip(rows, outcomes, strict=True) if not isinstance(outcome, BaseException)]

    async def _settle(self, lease: UUID, sent: list[int]) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(_REMOVE, {"lease": lease, "ids": sent})
            await connection.execute(_RELEASE, {"lease": lease})


def _message(row: _Row) -> Message:
    envelope = Envelope.model_validate(row.envelope)
    return Message(
        envelope.model_dump_json().encode(),
        content_type="application/json",
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=str(envelope.event_id),
        type=envelope.type,
        app_id=envelope.producer,
        correlation_id=str(envelope.correlation_id),
    )
