"""Groups' worker: tells the others what happened here, and learns what happened at identity."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from shared.auth.keyfiles import Trust
from shared.auth.passes import ISSUER
from shared.bus.consumer import Consumer
from shared.bus.relay import Relay
from shared.bus.serving import run_until_stopped
from shared.http.app import make_app
from shared.http.server import make_server

from groups.bootstrap import Resources, open_resources
from groups.consumers.subscriptions import QUEUE, SUBSCRIPTIONS
from groups.settings import Settings


def make_consumer(resources: Resources, settings: Settings) -> Consumer[object]:
    return Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)


def loops(resources: Resources, settings: Settings) -> list[Awaitable[None]]:
    """What the worker does side by side."""
    relay = Relay(resources.engine, settings.amqp_url, ISSUER)
    return [relay.run(), make_consumer(resources, settings).run()]


async def run_worker(settings: Settings) -> None:
    """Runs until stopped, and says on its port how it is."""
    async with open_resources(settings) as resources:

        @asynccontextmanager
        async def same() -> AsyncIterator[Resources]:
            yield resources

        health = make_app(
            "OurWatch groups worker", routers=[], trust=Trust(settings.trust_folder), audience=None, resources=same
        )
        server = make_server(health, settings.host, settings.port)
        await run_until_stopped(server.serve(), *loops(resources, settings))
