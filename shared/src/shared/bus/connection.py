"""A connection to the broker that either works soon or fails soon."""

from aio_pika import connect
from aio_pika.abc import AbstractConnection
from pydantic import SecretStr
from yarl import URL

CONNECT_SECONDS = 5
HEARTBEAT_SECONDS = 10
CONFIRM_SECONDS = 10


async def open_connection(url: SecretStr, name: str) -> AbstractConnection:
    """A plain connection. Whoever uses it opens a new one when it breaks: a 'robust' channel heals half-way."""
    address = URL(url.get_secret_value()).update_query(heartbeat=str(HEARTBEAT_SECONDS))
    return await connect(address, timeout=CONNECT_SECONDS, client_properties={"connection_name": name})
