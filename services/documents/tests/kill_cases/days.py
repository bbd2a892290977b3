"""Lets days pass for one document or version, so that worker and keys process end it."""

import asyncio

import asyncpg
from shared.testing.service import Ground

from services.documents.tests.own_processes import as_superuser

# In the bin for longer than 30 days.
_IN_BIN = "UPDATE documents SET deleted_at = now() - interval '31 days' WHERE id = $1"
# Declared, and last gone on with, more than 24 hours ago.
_VERSION = """
WITH declared AS (UPDATE versions SET created_at = now() - interval '2 days' WHERE id = $1 RETURNING id)
UPDATE uploads SET begun_at = now() - interval '2 days'
WHERE object_key IN (SELECT object_key FROM resumed_uploads WHERE version_id IN (SELECT id FROM declared))
"""


class Days:
    """Tries until the database is there to write it down."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def pass_in_bin(self, document_id: str) -> None:
        await self._execute(_IN_BIN, document_id)

    async def pass_for_version(self, version_id: str) -> None:
        await self._execute(_VERSION, version_id)

    async def _execute(self, statement: str, about: str) -> None:
        while True:
            try:
                connection = await as_superuser(self._ground)
                try:
                    await connection.execute(statement, about)
                finally:
                    connection.terminate()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                await asyncio.sleep(0.2)
            else:
                return
