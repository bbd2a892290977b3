"""From a commit to an effect elsewhere, once, whatever is repeated or breaks."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from aio_pika import Message
from aio_pika.exceptions import ChannelClosed
from shared.bus import relay as relaying
from shared.bus.connection import broker_connection
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done, Outcome, Reject, Retry
from shared.bus.relay import Relay
from shared.bus.subscription import Handler, Subscription
from shared.contracts.envelope import Envelope
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Invalid
from shared.ids import new_id
from shared.tasks import running
from shared.testing.eventually import eventually
from shared.testing.private_servers import Addresses
from sqlalchemy import insert, text
from sqlalchemy.event import listen, remove

from .conftest import Miniature, ThingChanged, effects

QUEUE = "messaging.events"


async def keep(event: ThingChanged, uow: UnitOfWork, _resources: object) -> None:
    async with uow:
        await uow.session.execute(insert(effects).values(thing_id=event.thing_id, word=event.word))


def consumer_of(miniature: Miniature, handler: Handler[object] = keep) -> Consumer[object]:
    table = (Subscription(ThingChanged, handler),)
    return Consumer(QUEUE, table, object(), miniature.unit_of_work, miniature.consumer_url)


def relay_of(miniature: Miniature) -> Relay:
    return Relay(miniature.engine, miniature.producer_url, "groups")


async def happened(miniature: Miniature, *words: str) -> None:
    async with miniature.unit_of_work() as uow:
        for word in words:
            uow.record(ThingChanged(thing_id=new_id(), word=word, version=1))


async def test_what_is_committed_reaches_its_reader(miniature: Miniature) -> None:
    async with running(relay_of(miniature).run(), consumer_of(miniature).run()):
        await happened(miniature, *(f"word {n}" for n in range(50)))

        async def all_there() -> bool:
            return await miniature.count("effects") == 50

        await eventually(all_there)

        async def outbox_empty() -> bool:
            return await miniature.count("outbox") == 0

        await eventually(outbox_empty)


async def test_what_is_rolled_back_is_never_told(miniature: Miniature) -> None:
    with suppress(ZeroDivisionError):
        async with miniature.unit_of_work() as uow:
            uow.record(ThingChanged(thing_id=new_id(), version=1))
            raise ZeroDivisionError
    assert await miniature.count("outbox") == 0


async def test_a_message_delivered_twenty_times_at_once_has_one_effect(miniature: Miniature) -> None:
    body = Envelope.of(ThingChanged(thing_id=new_id(), version=1), "groups").model_dump_json().encode()
    consumer = consumer_of(miniature)
    outcomes = await asyncio.gather(*(consumer.handle(body) for _ in range(20)))
    assert set(map(type, outcomes)) == {Done}
    assert await miniature.count("effects") == 1


async def test_a_consumer_cut_off_between_commit_and_acknowledgement_repeats_without_effect(
    miniature: Miniature,
) -> None:
    committed = asyncio.Event()

    class Dying(Consumer[object]):
        async def handle(self, body: bytes) -> Outcome:
            await super().handle(body)
            committed.set()
            await asyncio.Event().wait()
            raise AssertionError

    relay = relay_of(miniature)
    dying = Dying(QUEUE, (Subscription(ThingChanged, keep),), object(), miniature.unit_of_work, miniature.consumer_url)
    async with running(relay.run()):
        async with running(dying.run()):
            await happened(miniature, "once")
            await committed.wait()
        again = asyncio.Event()

        class Watching(Consumer[object]):
            async def handle(self, body: bytes) -> Outcome:
                outcome = await super().handle(body)
                again.set()
                return outcome

        watching = Watching(
            QUEUE, (Subscription(ThingChanged, keep),), object(), miniature.unit_of_work, miniature.consumer_url
        )
        async with running(watching.run()):
            await asyncio.wait_for(again.wait(), 30)
    assert await miniature.count("effects") == 1


async def test_a_failed_message_comes_back_and_succeeds(miniature: Miniature) -> None:
    attempts = []

    async def fails_first(event: ThingChanged, uow: UnitOfWork, resources: object) -> Outcome | None:
        attempts.append(event)
        if len(attempts) == 1:
            return Retry(timedelta(seconds=1))
        await keep(event, uow, resources)
        return None

    async with running(relay_of(miniature).run(), consumer_of(miniature, fails_first).run()):
        await happened(miniature, "later")

        async def there() -> bool:
            return await miniature.count("effects") == 1

        await eventually(there)
    assert len(attempts) == 2


async def test_a_message_that_makes_no_sense_goes_to_the_dead_letters(miniature: Miniature, servers: Addresses) -> None:
    async def refuses(_event: ThingChanged, _uow: UnitOfWork, _resources: object) -> None:
        raise Invalid

    async with running(relay_of(miniature).run(), consumer_of(miniature, refuses).run()):
        await happened(miniature, "nonsense")

        async def dead() -> bool:
            queues = await asyncio.to_thread(servers.broker.list_queues, miniature.vhost)
            return next(q.messages for q in queues if q.name == f"{QUEUE}.dead") == 1

        await eventually(dead)


async def test_an_unknown_error_is_never_acknowledged(miniature: Miniature) -> None:
    async def breaks(_event: ThingChanged, _uow: UnitOfWork, _resources: object) -> None:
        raise RuntimeError

    body = Envelope.of(ThingChanged(thing_id=new_id(), version=1), "groups").model_dump_json().encode()
    assert isinstance(await consumer_of(miniature, breaks).handle(body), Retry)
    assert await miniature.count("inbox") == 0


async def test_an_unknown_type_and_a_malformed_body_are_rejected(miniature: Miniature) -> None:
    consumer = consumer_of(miniature)
    assert isinstance(await consumer.handle(b"not json"), Reject)


async def test_a_service_may_neither_write_anothers_exchange_nor_read_anothers_queue(miniature: Miniature) -> None:

    async with broker_connection(miniature.consumer_url, "intruder") as connection:
        channel = await connection.channel()
        groups = await channel.get_exchange("groups", ensure=False)
        with pytest.raises(ChannelClosed):
            await groups.publish(Message(b"{}"), "groups.membership_changed.v1", timeout=5)
        channel = await connection.channel()
        queue = await channel.get_queue("groups.events", ensure=False)
        with pytest.raises(ChannelClosed):
            await queue.get(timeout=5)


async def test_two_relays_tell_each_event_and_leave_nothing(miniature: Miniature) -> None:
    relays = [relay_of(miniature) for _ in range(2)]
    async with running(*(relay.run() for relay in relays), consumer_of(miniature).run()):
        await asyncio.gather(*(happened(miniature, f"word {n}") for n in range(40)))

        async def all_there() -> bool:
            return await miniature.count("effects") == 40 and await miniature.count("outbox") == 0

        await eventually(all_there)
    async with miniature.engine.connect() as connection:
        words = (await connection.execute(text("SELECT word FROM effects"))).scalars().all()
    assert sorted(words) == sorted(f"word {n}" for n in range(40))


async def test_while_nothing_happens_the_relay_only_looks(
    miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "IDLE_SECONDS", 0.02)
    looks, naps = list[str](), list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "UPDATE outbox" in statement:
            looks.append(statement)
        elif "UPDATE relay" in statement:
            naps.append(statement)

    async def looked_often() -> bool:
        return len(looks) >= 20

    engine = miniature.engine.sync_engine
    listen(engine, "before_cursor_execute", note)
    try:
        async with running(relay_of(miniature).run()):
            await eventually(looked_often)
    finally:
        remove(engine, "before_cursor_execute", note)
    assert len(naps) == 1, "it says once that it sleeps"


async def test_a_relay_is_woken_each_time_that_it_sleeps(miniature: Miniature, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "IDLE_SECONDS", 3600)

    async def sleeps() -> bool:
        async with miniature.engine.connect() as connection:
            return bool((await connection.execute(text("SELECT asleep FROM relay"))).scalar_one())

    async with miniature.engine.begin() as connection:
        await connection.execute(text("UPDATE relay SET asleep = false"))
    async with running(relay_of(miniature).run(), consumer_of(miniature).run()):
        for number in range(1, 4):
            await eventually(sleeps)
            await happened(miniature, f"word {number}")

            async def told(number: int = number) -> bool:
                return await miniature.count("effects") == number

            await eventually(told)
