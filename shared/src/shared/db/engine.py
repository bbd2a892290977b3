"""Connections to a service's own database, with a deadline on everything."""

import time
from typing import Any

from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

CONNECT_SECONDS = 5
COMMAND_SECONDS = 20
STATEMENT_MS = 15_000
IDLE_IN_TRANSACTION_MS = 60_000
ASK_AFTER_IDLE_SECONDS = 10
_LEFT_AT = "left_at"


def make_engine(url: SecretStr, name: str, pool_size: int = 10) -> AsyncEngine:
    """An engine whose every wait ends: connecting 5 s, a statement 15 s, waiting for a free connection 5 s.

    asyncpg by itself waits without end when the far side falls silent. A connection that the server closed is never
    given out, and one that was idle for 10 s is asked first whether it still lives.
    """
    engine = create_async_engine(
        url.get_secret_value(),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": COMMAND_SECONDS,
            "server_settings": {
                "application_name": name,
                "statement_timeout": str(STATEMENT_MS),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
                # What a machine held that vanished is let go within half a minute, not within hours.
                "tcp_keepalives_idle": "15",
                "tcp_keepalives_interval": "5",
                "tcp_keepalives_count": "3",
                "tcp_user_timeout": "30000",
            },
        },
    )
    event.listen(engine.sync_engine, "checkin", _note_leaving)
    event.listen(engine.sync_engine, "checkout", _check_alive)
    return engine


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions that keep loaded objects usable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)


# Not by `pool_pre_ping`: it asks before every transaction, in three round trips.
def _note_leaving(_connection: Any, record: Any) -> None:  # Any: what SQLAlchemy's pool gives its listeners
    record.info[_LEFT_AT] = time.monotonic()


def _check_alive(connection: Any, record: Any, _fairy: Any) -> None:  # Any: as above
    idle = time.monotonic() - record.info.get(_LEFT_AT, time.monotonic())
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
    if idle > ASK_AFTER_IDLE_SECONDS:
        try:
            connection.run_async(lambda driver: driver.execute(";", timeout=CONNECT_SECONDS))
        except Exception as error:
            raise InvalidatePoolError from error
