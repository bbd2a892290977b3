"""Groups' worker: tells the others what happened here, and learns what happened at identity."""

from collections.abc import Awaitable

from shared.bus.consumer import Consumer
from shared.bus.relay import Relay
from shared.running import run_worker_parts

from groups.bootstrap import Resources, open_resources
from groups.consumers.subscriptions import QUEUE, SUBSCRIPTIONS
from groups.settings import Settings


def working_parts(resources: Resources, settings: Settings) -> list[Awaitable[None]]:
    """What the worker does side by side."""
    consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)
    return [Relay(resources.engine, settings.amqp_url, "groups").run(), consumer.run()]


async def run_worker(settings: Settings) -> None:
    """Runs until it is told to stop; answers /health on the settings' port."""
    async with open_resources(settings) as resources:
        await run_worker_parts(resources, settings, *working_parts(resources, settings))
