"""Identity's worker: the relay and the security mail. Identity listens to nobody."""

import asyncio

from shared.bus.relay import Relay
from shared.clock import now
from shared.logging import get_logger
from shared.running import run_worker_parts

from identity.bootstrap import SERVICE, Resources, open_resources
from identity.settings import Settings
from identity.use_cases.change_email import finish_email_change

MAIL_EVERY_SECONDS = 0.5

log = get_logger("identity.worker")


async def run_worker(settings: Settings) -> None:
    """Runs until the process is told to stop."""
    async with open_resources(settings) as resources:
        relay = Relay(resources.engine, settings.amqp_url, SERVICE)
        await run_worker_parts(resources, settings, relay.run(), send_mail(resources))


async def send_mail(resources: Resources) -> None:
    """Sends the security mail as it falls due, for ever."""
    while True:
        try:
            while await finish_email_change(resources.unit_of_work(), resources.keyring, now=now()):
                pass
            while await resources.security_mail.send_due(resources.unit_of_work(), now()):
                pass
        except Exception as error:  # noqa: BLE001 - what is not sent stays due
            log.warning("mail_round_failed", error=error)
        await asyncio.sleep(MAIL_EVERY_SECONDS)
