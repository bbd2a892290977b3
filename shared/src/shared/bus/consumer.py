"""The consumer: hands each message of a queue to its handler, at least once, and acknowledges after the commit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Generic
from uuid import UUID

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from pydantic import SecretStr, ValidationError

from shared.bus.connection import CONFIRM_SECONDS, broker_connection
from shared.bus.inbox import AlreadyHandled, InboxClaim
from shared.bus.outcomes import Done, Outcome, Reject, Retry, outcome_of
from shared.bus.subscription import Resources, Subscription
from shared.bus.topology import MOST_ATTEMPTS, dead_queue, retry_exchange, retry_queue, retry_seconds
from shared.contracts.envelope import Envelope
from shared.db.unit_of_work import UnitOfWork
from shared.logging import causation_id, correlation_id, get_logger

PREFETCH = 20
HANDLING_SECONDS = 120
BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
ATTEMPT_HEADER = "ow-attempt"

log = get_logger("consumer")

OpenUnit = Callable[[InboxClaim], UnitOfWork]


class ChannelLost(Exception):
    """The broker closed the channel, or is gone."""


class Consumer(Generic[Resources]):
    """Consumes one queue of a service until cancelled; broker and database may come and go.

    Done is acknowledged. Retry goes to a queue that waits and comes back; after 12 attempts, and for Reject, the
    message goes to `<queue>.dead`. The original is acknowledged only once the broker has confirmed the copy.
    """

    def __init__(
        self,
        queue: str,
        subscriptions: Sequence[Subscription[Resources]],
        resources: Resources,
        open_unit: OpenUnit,
        amqp_url: SecretStr,
        prefetch: int = PREFETCH,
    ) -> None:
        self._queue = queue
        self._subscriptions = {s.event.type: s for s in subscriptions}
        self._resources = resources
        self._open_unit = open_unit
        self._amqp_url = amqp_url
        self._prefetch = prefetch

    async def run(self) -> None:
        failures = 0
        while True:
            try:
                async with broker_connection(self._amqp_url, self._queue) as connection:
                    channel = await connection.channel(publisher_confirms=True)
                    failures = 0
                    await self._consume(channel)
            except Exception as error:  # noqa: BLE001 - what was not acknowledged comes again
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                log.warning("consumer_interrupted", queue=self._queue, error=error, retry_seconds=pause)
                await asyncio.sleep(pause)

    async def _consume(self, channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=self._prefetch)
        queue = await channel.get_queue(self._queue, ensure=False)
        lost = asyncio.Event()
        channel.close_callbacks.add(lambda *_: lost.set())
        async with asyncio.TaskGroup() as tasks:

            async def receive(message: AbstractIncomingMessage) -> None:
                tasks.create_task(self._settle(channel, message))

            await queue.consume(receive, timeout=CONFIRM_SECONDS)
            await lost.wait()
            raise ChannelLost

    async def _settle(self, channel: AbstractChannel, message: AbstractIncomingMessage) -> None:
        outcome = await self.handle(message.body)
        match outcome:
            case Done():
                pass
            case Retry(after):
                await self._put_back(channel, message, after)
            case Reject(reason):
                log.error("message_rejected", queue=self._queue, event_id=message.message_id, reason=reason)
                await self._copy(channel, message, dead_queue(self._queue), _attempt(message))
        await message.ack()

    async def handle(self, body: bytes) -> Outcome:
        """Handles one serialised envelope: the same path for the broker and for tests that deliver twice."""
        try:
            envelope = Envelope.model_validate_json(body)
            subscription = self._subscriptions.get(envelope.type)
            if subscription is None:
                return Reject("unknown type")
            event = subscription.event.model_validate(envelope.payload)
        except ValidationError:
            return Reject("malformed")
        correlation_id.set(envelope.correlation_id)
        causation_id.set(envelope.event_id)
        return await self._carry_out(subscription, event, envelope.event_id)

    async def _carry_out(self, subscription: Subscription[Resources], event: object, event_id: UUID) -> Outcome:
        unit = self._open_unit(InboxClaim(self._queue, event_id))
        try:
            async with asyncio.timeout(HANDLING_SECONDS):
                return await subscription.handler(event, unit, self._resources) or Done()
        except AlreadyHandled:
            return Done()
        except Exception as error:  # noqa: BLE001 - an unknown error is a Retry, never an acknowledgement
            log.warning("message_failed", queue=self._queue, type=subscription.event.type, error=error)
            return outcome_of(error)
        finally:
            await unit.abandon()

    async def _put_back(self, channel: AbstractChannel, message: AbstractIncomingMessage, after: timedelta) -> None:
        attempt = _attempt(message) + 1
        if attempt >= MOST_ATTEMPTS:
            log.error("message_given_up", queue=self._queue, event_id=message.message_id, attempts=attempt)
            await self._copy(channel, message, dead_queue(self._queue), attempt)
        else:
            wait = retry_seconds(attempt, after.total_seconds())
            await self._copy(channel, message, retry_queue(self._queue, wait), attempt)

    async def _copy(self, channel: AbstractChannel, message: AbstractIncomingMessage, to: str, attempt: int) -> None:
        exchange = await channel.get_exchange(retry_exchange(self._queue), ensure=False)
        copy = Message(
            message.body,
            headers={ATTEMPT_HEADER: attempt},
            content_type=message.content_type,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=message.message_id,
            type=message.type,
            app_id=message.app_id,
            correlation_id=message.correlation_id,
        )
        await exchange.publish(copy, to, mandatory=True, timeout=CONFIRM_SECONDS)


def _attempt(message: AbstractIncomingMessage) -> int:
    value = message.headers.get(ATTEMPT_HEADER, 0)
    return value if isinstance(value, int) else 0
