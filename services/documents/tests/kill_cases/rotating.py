"""Gives every group a new key again and again, as an operator does who suspects a leak."""

import asyncio
import contextlib

from documents.keys.bootstrap import open_key_resources
from documents.keys.rotation import rotate_at_once
from documents.keys.settings import KeysSettings
from sqlalchemy.exc import SQLAlchemyError

PAUSE_SECONDS = 0.3


async def rotate() -> None:
    """With the settings of the keys process, until it is ended."""
    async with open_key_resources(KeysSettings()) as resources:
        while True:
            with contextlib.suppress(SQLAlchemyError, OSError):
                await rotate_at_once(resources)
            await asyncio.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    asyncio.run(rotate())
