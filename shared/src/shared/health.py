"""Whether what a service needs answers."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.errors import Unavailable

READY_SECONDS = 3


async def database_answers(engine: AsyncEngine) -> None:
    """Unavailable unless the database answers within 3 s."""
    try:
        async with asyncio.timeout(READY_SECONDS), engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception as error:
        raise Unavailable from error
