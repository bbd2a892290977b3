"""Identity's worker: the relay, the security mail, what it listens to, and what falls due with time."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.bus.consumer import Consumer
from shared.bus.relay import Relay
from shared.clock import now
from shared.logging import get_logger
from shared.working import run_worker_parts

from identity.bootstrap import Resources, open_resources
from identity.consumers.subscriptions import QUEUE, SUBSCRIPTIONS
from identity.settings import SERVICE, Settings
from identity.use_cases.change_email import finish_email_change
from identity.use_cases.end_appointment import end_run_out_appointments
from identity.use_cases.finish_erasure import tell_erasures_again
from identity.use_cases.keep_no_longer import erase_inactive, remove_unconfirmed, tidy, warn_inactive
from identity.use_cases.recover import forget_old_recoveries

MAIL_EVERY_SECONDS = 0.5
LOOK_EVERY_SECONDS = 600

log = get_logger("identity.worker")


async def run_worker(settings: Settings) -> None:
    """Runs until the process is told to stop."""
    async with open_resources(settings) as resources:
        await run_worker_parts(resources, settings, *working_parts(resources, settings))


def working_parts(resources: Resources, settings: Settings) -> list[Awaitable[None]]:
    """What the worker does side by side."""
    relay = Relay(resources.engine, settings.amqp_url, SERVICE)
    consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)
    return [relay.run(), consumer.run(), send_mail(resources), see_to_what_is_due(resources)]


async def send_mail(resources: Resources) -> None:
    """Sends the security mail as it falls due, for ever."""
    rounds: tuple[Callable[[], Awaitable[int]], ...] = (
        lambda: finish_email_change(resources.unit_of_work(), resources.keyring, now=now()),
        lambda: resources.security_mail.send_due(resources.unit_of_work(), now()),
    )
    while True:
        for act in rounds:
            try:
                while await act():
                    pass
            except Exception as error:  # noqa: BLE001 - what is not sent stays due, and a change that fails holds up no mail
                log.warning("mail_round_failed", error=error)
        await asyncio.sleep(MAIL_EVERY_SECONDS)


async def see_to_what_is_due(resources: Resources) -> None:
    """Every ten minutes, for ever: whatever falls due because time has passed. One that fails holds up no other."""
    unit, keyring, kept = resources.unit_of_work, resources.keyring, resources.retention
    acts: dict[str, Callable[[], Awaitable[int]]] = {
        "tell_erasures_again": lambda: tell_erasures_again(unit, now()),
        "end_run_out_appointments": lambda: end_run_out_appointments(unit, now()),
        "warn_inactive": lambda: warn_inactive(unit, kept, now()),
        "erase_inactive": lambda: erase_inactive(unit, keyring, kept, now()),
        "remove_unconfirmed": lambda: remove_unconfirmed(unit, kept, now()),
        "tidy": lambda: tidy(unit, now()),
        "forget_old_recoveries": lambda: forget_old_recoveries(unit, now()),
    }
    while True:
        for name, act in acts.items():
            try:
                while await act():
                    pass
            except Exception as error:  # noqa: BLE001 - what is due stays due
                log.warning("due_not_done", act=name, error=error)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
