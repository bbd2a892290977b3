"""The worker on a real broker: events leave, events arrive."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from aio_pika import Message, connect
from aio_pika.abc import AbstractConnection
from groups.bootstrap import Resources
from groups.settings import Settings
from groups.storage.tables import known_people
from groups.use_cases.republish import republish
from groups.worker import working_parts
from shared.auth.principal import Principal
from shared.contracts.envelope import Envelope
from shared.contracts.identity import PersonChanged
from shared.ids import new_id
from shared.tasks import running
from shared.testing.eventually import eventually
from shared.testing.service import Ground
from sqlalchemy import select

from services.groups.tests.conftest import World


@pytest.fixture
async def broker(ground: Ground) -> AsyncIterator[AbstractConnection]:
    """The broker as its administrator sees it."""
    url = ground.servers.amqp_url("root", ground.servers.broker_password, ground.vhost)
    connection = await connect(url)
    async with connection:
        yield connection


@pytest.fixture
async def running_worker(resources: Resources, settings: Settings) -> AsyncIterator[None]:
    async with running(*working_parts(resources, settings)):
        yield


async def _told(broker: AbstractConnection, queue_name: str, about: UUID, kinds: set[str]) -> dict[str, str]:
    """The events about a group that reach a queue, by type, once all these kinds have come."""
    channel = await broker.channel()
    await channel.set_qos(prefetch_count=500)
    queue = await channel.get_queue(queue_name, ensure=False)
    seen: dict[str, str] = {}
    async with asyncio.timeout(60), queue.iterator() as messages:
        async for message in messages:
            await message.ack()
            if str(about) in message.body.decode():
                seen[str(message.type)] = message.body.decode()
            if kinds <= set(seen):
                break
    await channel.close()
    return seen


@pytest.mark.usefixtures("running_worker")
async def test_messaging_and_identity_are_told_and_told_again(
    world: World, chair: Principal, panel: UUID, broker: AbstractConnection, resources: Resources
) -> None:
    await world.mark(await world.police(), panel)
    for _ in range(2):
        read = {"groups.group_changed.v1", "groups.membership_changed.v1"}
        seen = await _told(broker, "messaging.events", panel, read)
        assert "Whitechapel Panel" in seen["groups.group_changed.v1"]
        seen = await _told(broker, "identity.events", panel, {"groups.office_changed.v1"})
        assert f'"person_id":"{chair.id}"' in seen["groups.office_changed.v1"].replace(" ", "")
        # Nobody reads this yet; the broker keeps it aside for an hour.
        await _told(broker, "unrouted", panel, {"groups.marking_changed.v1"})
        await republish(resources.unit_of_work())


@pytest.mark.usefixtures("running_worker")
async def test_what_identity_tells_is_known(broker: AbstractConnection, resources: Resources) -> None:
    person_id = new_id()
    event = PersonChanged(person_id=person_id, display_name="Told", state="active", area=None, version=1)
    exchange = await (await broker.channel()).get_exchange("identity", ensure=False)
    await exchange.publish(Message(Envelope.of(event, "identity").model_dump_json().encode()), event.type)

    async def known() -> bool:
        query = select(known_people.c.display_name).where(known_people.c.id == person_id)
        async with resources.engine.connect() as connection:
            return await connection.scalar(query) == "Told"

    await eventually(known)
