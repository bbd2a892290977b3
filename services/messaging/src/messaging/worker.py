"""Messaging's worker: tells what happened, listens, and sends."""

import asyncio
from collections.abc import Awaitable

from shared.bus.consumer import Consumer
from shared.bus.relay import Relay
from shared.clock import now
from shared.logging import get_logger
from shared.working import run_worker_parts

from messaging.bootstrap import Resources, open_resources
from messaging.consumers.subscriptions import EVENTS, SENDING, SENDING_SUBSCRIPTIONS, SUBSCRIPTIONS
from messaging.settings import SERVICE, Settings
from messaging.use_cases.announce_due_chunks import announce_due_chunks
from messaging.use_cases.send_draft import send_scheduled

LOOK_EVERY_SECONDS = 5
log = get_logger("worker")


async def run_worker(settings: Settings) -> None:
    """Runs until it is told to stop; answers /health on the settings' port."""
    async with open_resources(settings) as resources:
        await run_worker_parts(resources, settings, *working_parts(resources))


def working_parts(resources: Resources) -> list[Awaitable[None]]:
    """What a worker consists of."""
    settings = resources.settings
    events = Consumer(EVENTS, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url, prefetch=4)
    sending = Consumer(
        SENDING,
        SENDING_SUBSCRIPTIONS,
        resources,
        resources.unit_of_work,
        settings.amqp_url,
        prefetch=settings.chunks_in_hand,
    )
    relay = Relay(resources.engine, settings.amqp_url, SERVICE)
    return [
        relay.run(),
        events.run(),
        sending.run(),
        _announce(resources),
        _mail_invitations(resources),
        _send_scheduled(resources),
    ]


async def _mail_invitations(resources: Resources) -> None:
    while True:
        try:
            while await resources.invitations.send_due(now()):
                pass
        except Exception as error:  # noqa: BLE001 - what is due stays due
            log.warning("inviting_interrupted", error=error)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _announce(resources: Resources) -> None:
    while True:
        try:
            while await announce_due_chunks(resources.unit_of_work()):
                pass
        except Exception as error:  # noqa: BLE001 - what is due stays due
            log.warning("announcing_interrupted", error=error)
        await asyncio.sleep(LOOK_EVERY_SECONDS)


async def _send_scheduled(resources: Resources) -> None:
    while True:
        try:
            while await send_scheduled(resources.unit_of_work(), resources.unit_of_work(), resources.drafts, now()):
                pass
        except Exception as error:  # noqa: BLE001 - what is due stays due
            log.warning("scheduling_interrupted", error=error)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
