"""Identity's worker: the relay and the security mail. Identity listens to nobody."""

import asyncio

from shared.bus.relay import Relay
from shared.bus.serving import run_until_stopped
from shared.clock import now
from shared.db.housekeeping import keep_house
from shared.http.app import make_health_app
from shared.http.server import make_server
from shared.logging import get_logger

from identity.bootstrap import SERVICE, Resources, open_resources
from identity.settings import Settings

MAIL_EVERY_SECONDS = 0.5

log = get_logger("identity.worker")


async def run_worker(settings: Settings) -> None:
    """Runs until the process is told to stop."""
    async with open_resources(settings) as resources:
        relay = Relay(resources.engine, settings.amqp_url, SERVICE)
        health = make_server(make_health_app(resources), settings.host, settings.port)
        await run_until_stopped(relay.run(), send_mail(resources), keep_house(resources.engine), health.serve())


async def send_mail(resources: Resources) -> None:
    """Sends the security mail as it falls due, for ever."""
    while True:
        try:
            while await resources.security_mail.send_due(resources.unit_of_work(), now()):
                pass
        except Exception as error:  # noqa: BLE001 - what is not sent stays due
            log.warning("mail_round_failed", error=error)
        await asyncio.sleep(MAIL_EVERY_SECONDS)
