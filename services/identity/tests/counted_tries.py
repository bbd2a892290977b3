"""What tests see of counted tries."""

from identity.storage import tables
from sqlalchemy import select

from services.identity.tests.conftest import People


async def failures_of(people: People, lane: bytes) -> int:
    counted = await people.rows(select(tables.tries.c.failures).where(tables.tries.c.lane == lane))
    return int(counted[0].failures) if counted else 0
