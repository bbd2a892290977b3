"""Documents' worker: tells what happened, listens, and does what a day or the end of an upload asks for."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

from shared.bus.consumer import Consumer
from shared.bus.relay import Relay
from shared.clock import now
from shared.working import run_worker_parts

from documents.bootstrap import Resources, open_resources
from documents.consumers.subscriptions import SUBSCRIPTIONS
from documents.settings import SERVICE, DocumentsSettings
from documents.storage.sweeping import all_groups
from documents.use_cases.clear_abandoned_uploads import clear_abandoned_uploads
from documents.use_cases.clear_declared_versions import clear_declared_versions
from documents.use_cases.destroy_binned_documents import destroy_binned_documents
from documents.use_cases.expire_documents import expire_documents
from documents.use_cases.fail_alone import fail_alone

QUEUE = "documents.events"
SWEEP_SECONDS = 300
BIN_SECONDS = 3600


async def run_worker(settings: DocumentsSettings) -> None:
    """Runs until it is told to stop; answers /health on the settings' port."""
    async with open_resources(settings) as resources:
        await run_worker_parts(resources, settings, *working_parts(resources))


def working_parts(resources: Resources) -> list[Awaitable[None]]:
    """What a worker consists of."""
    settings = resources.settings
    consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)
    relay = Relay(resources.engine, settings.amqp_url, SERVICE)
    return [relay.run(), consumer.run(), _sweep(resources), _empty_bins(resources)]


async def sweep(resources: Resources, age: timedelta) -> None:
    """Once over everything; each step is repeatable, and several workers do not disturb each other. What fails, fails
    alone: it is told with its ids, and its turn comes again.
    """
    with fail_alone("clear_abandoned_uploads"):
        await clear_abandoned_uploads(resources.unit_of_work(), resources.store, age)
    async with resources.unit_of_work() as uow:
        group_ids = await all_groups(uow.session)
    for group_id in group_ids:
        with fail_alone("expire_documents", group_id=group_id):
            await expire_documents(resources.unit_of_work(), group_id, now())
        with fail_alone("clear_declared_versions", group_id=group_id):
            await clear_declared_versions(resources.unit_of_work(), group_id, now(), age)


async def _sweep(resources: Resources) -> None:
    age = timedelta(hours=resources.settings.abandoned_after_hours)
    while True:
        with fail_alone("sweep"):
            await sweep(resources, age)
        await asyncio.sleep(SWEEP_SECONDS)


async def _empty_bins(resources: Resources) -> None:
    while True:
        with fail_alone("empty_bins"):
            await destroy_binned_documents(resources.unit_of_work, resources.store, resources.keys, now())
        await asyncio.sleep(BIN_SECONDS)
