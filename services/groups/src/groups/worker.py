"""Groups' worker: tells the others what happened here, and learns what happened at identity, ends what is due."""

import asyncio
from collections.abc import Awaitable

from shared.bus.consumer import Consumer
from shared.bus.relay import Relay
from shared.clock import now
from shared.logging import get_logger
from shared.working import run_worker_parts

from groups.bootstrap import Resources, open_resources
from groups.consumers.subscriptions import QUEUE, SUBSCRIPTIONS
from groups.settings import Settings
from groups.use_cases.ask_for_head import ask_for_head
from groups.use_cases.forget_what_is_over import forget_what_is_over
from groups.use_cases.settle_due import settle_due
from groups.use_cases.sweep_ballot_boxes import sweep_ballot_boxes
from groups.use_cases.tell_expiries import tell_expiries

MARKINGS_EVERY_SECONDS, DUE_EVERY_SECONDS = 10, 60
log = get_logger("groups.worker")


def working_parts(resources: Resources, settings: Settings) -> list[Awaitable[None]]:
    """What the worker does side by side."""
    consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)
    relay = Relay(resources.engine, settings.amqp_url, "groups")
    return [relay.run(), consumer.run(), look_after_markings(resources), see_to_what_is_due(resources)]


async def look_after_markings(resources: Resources) -> None:
    """Has the end of the log signed and tells of markings that are over, as they come, for ever."""
    while True:
        try:
            await ask_for_head(resources.unit_of_work(), resources.signs, now())
            while await tell_expiries(resources.unit_of_work(), now()):
                pass
        except Exception as error:  # noqa: BLE001 - what is due stays due
            log.warning("markings_not_looked_after", error=error)
        await asyncio.sleep(MARKINGS_EVERY_SECONDS)


async def see_to_what_is_due(resources: Resources) -> None:
    """Every minute, for ever: whatever ends, or need not be kept, because time has passed."""
    while True:
        try:
            await settle_due(resources.unit_of_work, now())
            await forget_what_is_over(resources.unit_of_work(), now())
            await sweep_ballot_boxes(resources.unit_of_work, resources.engine, now())
        except Exception as error:  # noqa: BLE001 - what is due stays due
            log.warning("due_not_settled", error=error)
        await asyncio.sleep(DUE_EVERY_SECONDS)


async def run_worker(settings: Settings) -> None:
    """Runs until it is told to stop; answers /health on the settings' port."""
    async with open_resources(settings) as resources:
        await run_worker_parts(resources, settings, *working_parts(resources, settings))
