"""The relay alone, as a process that may be killed in the middle of a batch."""

import asyncio

from messaging.bootstrap import open_resources
from messaging.settings import SERVICE, Settings
from shared.bus.relay import Relay
from shared.logging import configure


async def main() -> None:
    settings = Settings()
    configure(SERVICE, settings.log_level)
    async with open_resources(settings) as resources:
        await Relay(resources.engine, settings.amqp_url, SERVICE).run()


if __name__ == "__main__":
    asyncio.run(main())
