import time
from collections.abc import Callable
from pathlib import Path

import aio_pika
import pytest
from shared.bus.admin import BrokerAdmin
from shared.servers.errors import BrokerRefused, ServerUnavailable
from shared.servers.rabbitmq import RabbitMQ


@pytest.fixture
def a_vhost(a_broker: RabbitMQ) -> str:
    admin = a_broker.admin
    admin.put_vhost("test/one")
    admin.put_user("service", "secret")
    admin.set_permissions("service", "test/one", configure="", write=r"service\.events", read=r"service\..*")
    admin.put_exchange("test/one", "service.events", "topic")
    admin.put_queue("test/one", "service.inbox", {"x-queue-type": "quorum"})
    admin.bind("test/one", "service.events", "service.inbox", "#")
    return "test/one"


async def send(broker: RabbitMQ, vhost: str, body: bytes) -> None:
    connection = await aio_pika.connect(broker.amqp_url("service", "secret", vhost), timeout=10)
    async with connection:
        channel = await connection.channel(publisher_confirms=True)
        exchange = await channel.get_exchange("service.events", ensure=False)
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await exchange.publish(message, "any", mandatory=True, timeout=10)


async def receive(broker: RabbitMQ, vhost: str) -> bytes:
    connection = await aio_pika.connect(broker.amqp_url("service", "secret", vhost), timeout=10)
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue("service.inbox", ensure=False)
        message = await queue.get(timeout=10)
        await message.ack()
        return message.body


def wait_until_known_on_disk(broker: RabbitMQ, queue: str) -> None:
    # RabbitMQ writes the name of a new quorum queue down within half a second of declaring it, not before it
    # says that it did: killed in between, the queue never comes back.
    (names,) = broker.folder.glob("data/*/quorum/*/names.dets")
    deadline = time.monotonic() + 60
    while queue.encode() not in names.read_bytes():
        assert time.monotonic() < deadline, f"{queue} was never written down"
        time.sleep(0.02)


def test_guest_does_not_exist(a_broker: RabbitMQ) -> None:
    with pytest.raises(BrokerRefused):
        BrokerAdmin(a_broker.management_url, "guest", "guest").check()


async def test_a_service_can_configure_nothing(a_broker: RabbitMQ, a_vhost: str) -> None:
    connection = await aio_pika.connect(a_broker.amqp_url("service", "secret", a_vhost), timeout=10)
    async with connection:
        channel = await connection.channel()
        with pytest.raises(aio_pika.exceptions.ChannelClosed, match="ACCESS_REFUSED"):
            await channel.declare_queue("service.another", timeout=10)


async def test_a_confirmed_message_survives_a_crash_of_the_node(a_broker: RabbitMQ, a_vhost: str) -> None:
    await send(a_broker, a_vhost, b"kept")
    wait_until_known_on_disk(a_broker, "service.inbox")
    a_broker.kill()
    a_broker.start()
    assert await receive(a_broker, a_vhost) == b"kept"


async def test_closing_connections_ends_those_of_that_user(a_broker: RabbitMQ, a_vhost: str) -> None:
    connection = await aio_pika.connect(a_broker.amqp_url("service", "secret", a_vhost), timeout=10)
    a_broker.admin.close_connections_of("service")
    with pytest.raises((aio_pika.exceptions.AMQPError, ConnectionError)):
        await connection.channel()
    await connection.close()


def test_every_step_of_a_topology_may_be_repeated(a_broker: RabbitMQ, a_vhost: str) -> None:
    admin = a_broker.admin
    admin.put_queue(a_vhost, "service.inbox", {"x-queue-type": "quorum"})
    admin.bind(a_vhost, "service.events", "service.inbox", "#")
    admin.close_connections_of("nobody")
    admin.delete_user("nobody")
    assert [(queue.name, queue.kind) for queue in admin.list_queues(a_vhost)] == [("service.inbox", "quorum")]


def test_a_queue_with_other_arguments_is_refused(a_broker: RabbitMQ, a_vhost: str) -> None:
    with pytest.raises(BrokerRefused):
        a_broker.admin.put_queue(a_vhost, "service.inbox", {"x-queue-type": "classic"})


def test_a_broker_that_is_not_there_is_said_in_one_line() -> None:
    with pytest.raises(ServerUnavailable, match="does not answer"):
        BrokerAdmin("http://127.0.0.1:9", "somebody", "secret").check()


def test_the_node_and_its_port_mapper_listen_on_loopback_only(
    a_broker: RabbitMQ, listening: Callable[[Path], set[tuple[str, int]]]
) -> None:
    found = listening(a_broker.folder)
    assert ("127.0.0.1", a_broker.port) in found
    assert len(found) >= 4
    assert {address for address, _ in found} <= {"127.0.0.1", "::1"}
