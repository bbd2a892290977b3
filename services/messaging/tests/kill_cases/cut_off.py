"""Cuts a worker off from its database in the middle of a chunk."""

from shared.testing.service import Ground

from services.messaging.tests.kill_cases.crowd import as_superuser

_CUT_OFF = """
    SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database() LIMIT 1
"""


async def cut_off(ground: Ground) -> bool:
    """Ends the connection of a chunk in hand, and with it the lock: the worker lives and does not know yet."""
    connection = await as_superuser(ground)
    try:
        return bool(await connection.fetchval(_CUT_OFF))
    finally:
        await connection.close()
