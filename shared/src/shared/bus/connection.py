"""A connection to the broker that works soon or fails soon, and ends soon."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aio_pika import connect
from aio_pika.abc import AbstractConnection
from pydantic import SecretStr
from yarl import URL

from shared.logging import get_logger

CONNECT_SECONDS = 5
CLOSE_SECONDS = 5
HEARTBEAT_SECONDS = 10
CONFIRM_SECONDS = 10

log = get_logger("broker")


@asynccontextmanager
async def broker_connection(url: SecretStr, name: str) -> AsyncIterator[AbstractConnection]:
    """A plain connection. Whoever uses it opens a new one when it breaks: a 'robust' channel heals half-way.

    Saying goodbye takes 5 s at most: a broker that answers no more must not hold up the end of a process.
    """
    address = URL(url.get_secret_value()).update_query(heartbeat=str(HEARTBEAT_SECONDS))
    connection = await connect(address, timeout=CONNECT_SECONDS, client_properties={"connection_name": name})
    try:
        yield connection
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await connection.close()
        except Exception as error:  # noqa: BLE001 - it is gone either way
            log.warning("not_closed_in_order", name=name, error=error)
