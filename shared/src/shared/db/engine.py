"""Connections to a service's own database, with a deadline on everything."""

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

CONNECT_SECONDS = 5
COMMAND_SECONDS = 20
STATEMENT_MS = 15_000
IDLE_IN_TRANSACTION_MS = 60_000


def make_engine(url: SecretStr, name: str, pool_size: int = 10) -> AsyncEngine:
    """An engine whose every wait ends: connecting 5 s, a statement 15 s, waiting for a free connection 5 s.

    asyncpg by itself waits without end when the far side falls silent.
    """
    return create_async_engine(
        url.get_secret_value(),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": COMMAND_SECONDS,
            "server_settings": {
                "application_name": name,
                "statement_timeout": str(STATEMENT_MS),
                "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
            },
        },
    )


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions that keep loaded objects usable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
