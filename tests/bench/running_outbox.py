"""Messaging's outbox on its own servers: filled, carried by the relay, and listened to at the far end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage
from messaging.bootstrap import Resources
from messaging.storage.tables import lists
from pydantic import SecretStr
from shared.bus.connection import broker_connection
from shared.bus.relay import BATCH, Relay
from shared.clock import now
from shared.contracts.envelope import Envelope
from shared.contracts.messaging import CommsIssueChanged
from shared.ids import new_id, timeless_id
from shared.testing.eventually import eventually
from shared.testing.service import Ground
from sqlalchemy import insert, text

SERVICE, READER = "messaging", "groups.events"


class RunningOutbox:
    """What is told goes to groups' queue, and is looked for there."""

    def __init__(self, resources: Resources, ground: Ground) -> None:
        self._resources = resources
        servers = ground.servers
        self._everything = SecretStr(servers.amqp_url("root", servers.broker_password, ground.vhost))

    async def relay(self, count: int) -> float:
        """Seconds until the relay has carried so many committed events. Raises where one is missing or comes twice."""
        told = set()
        for _ in range(count // BATCH):
            async with self._resources.unit_of_work() as uow:
                for _ in range(BATCH):
                    event = _event()
                    told.add(str(event.issue_id))
                    uow.record(event)
        relay = Relay(self._resources.engine, self._resources.settings.amqp_url, SERVICE)
        began = time.perf_counter()
        running = asyncio.create_task(relay.run())
        await eventually(self._is_empty, within=120, every=0.01)
        seconds = time.perf_counter() - began
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await self._check(told)
        return seconds

    async def publish(self, count: int) -> float:
        """Seconds until the broker has confirmed as many of the same messages, from a publisher that keeps none."""
        envelopes = [Envelope.of(_event(), SERVICE) for _ in range(count)]
        async with broker_connection(self._resources.settings.amqp_url, "publisher") as connection:
            channel = await connection.channel(publisher_confirms=True)
            exchange = await channel.get_exchange(SERVICE, ensure=False)
            began = time.perf_counter()
            for at in range(0, count, BATCH):
                batch = envelopes[at : at + BATCH]
                await asyncio.gather(*(exchange.publish(_message(each), each.type, mandatory=False) for each in batch))
            seconds = time.perf_counter() - began
        await self._check({str(each.payload["issue_id"]) for each in envelopes})
        return seconds

    async def arrivals(self, count: int) -> list[float]:
        """Milliseconds from a commit to its event's arrival, one at a time, each while the relay sleeps."""
        arrived: asyncio.Queue[tuple[str, float]] = asyncio.Queue()

        async def hear(message: AbstractIncomingMessage) -> None:
            arrived.put_nowait((_issue_in(message), time.perf_counter()))

        waits = []
        async with self._listening() as queue:
            await queue.consume(hear, no_ack=True)
            for _ in range(count):
                await eventually(self._is_asleep, every=0.005)
                event = _event()
                async with self._resources.unit_of_work() as uow:
                    uow.record(event)
                committed = time.perf_counter()
                issue, at = await asyncio.wait_for(arrived.get(), 30)
                if issue != str(event.issue_id):
                    raise RuntimeError("another event arrived than the one that was told")
                waits.append(max(0.0, at - committed) * 1000)
        return waits

    async def write(self, writers: int, transactions: int, *, tells: bool) -> float:
        """The median of milliseconds that a transaction of one row takes, with an event or without."""

        async def writer() -> list[float]:
            waits = []
            for _ in range(transactions):
                row = {"id": new_id(), "group_id": new_id(), "name": "A", "made_by": new_id(), "made_at": now()}
                began = time.perf_counter()
                async with self._resources.unit_of_work() as uow:
                    await uow.session.execute(insert(lists).values(row))
                    if tells:
                        uow.record(_event())
                waits.append((time.perf_counter() - began) * 1000)
            return waits

        waits = sorted(each for one in await asyncio.gather(*(writer() for _ in range(writers))) for each in one)
        await eventually(self._is_empty, within=60)
        async with self._listening() as queue:
            told = (await queue.purge()).message_count
        if told != (len(waits) if tells else 0):
            raise RuntimeError(f"of {len(waits)} events {told} arrived")
        return waits[len(waits) // 2]

    async def _check(self, told: set[str]) -> None:
        found: list[str] = []

        async def hear(message: AbstractIncomingMessage) -> None:
            found.append(_issue_in(message))

        async def all_came() -> bool:
            return len(found) >= len(told)

        async with self._listening() as queue:
            await queue.consume(hear, no_ack=True)
            await eventually(all_came, within=30)
        if len(found) != len(told) or set(found) != told:
            raise RuntimeError(f"of {len(told)} events {len(found)} arrived, {len(told - set(found))} are missing")

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[Any]:  # Any: aio-pika tells `purge` by a type of another library
        async with broker_connection(self._everything, "far end") as connection:
            yield await (await connection.channel()).declare_queue(READER, passive=True)

    async def _is_empty(self) -> bool:
        return not await self._asked("SELECT EXISTS (SELECT FROM outbox)")

    async def _is_asleep(self) -> bool:
        return await self._asked("SELECT asleep FROM relay") and await self._is_empty()

    async def _asked(self, query: str) -> bool:
        async with self._resources.engine.connect() as connection:
            return bool(await connection.scalar(text(query)))


def _event() -> CommsIssueChanged:
    return CommsIssueChanged(issue_id=timeless_id(), person_id=timeless_id(), channel="email", state="open", version=1)


def _message(envelope: Envelope) -> Message:
    return Message(envelope.model_dump_json().encode(), delivery_mode=DeliveryMode.PERSISTENT)


def _issue_in(message: AbstractIncomingMessage) -> str:
    return str(Envelope.model_validate_json(message.body).payload["issue_id"])
