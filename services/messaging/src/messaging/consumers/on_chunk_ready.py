"""A chunk of a send awaits a worker."""

from shared.bus.outcomes import Outcome
from shared.contracts.messaging import ChunkReady
from shared.db.unit_of_work import UnitOfWork

from messaging.bootstrap import Resources


async def on_chunk_ready(event: ChunkReady, uow: UnitOfWork, resources: Resources) -> Outcome:
    return await resources.sender.send_chunk(uow, event.chunk_id)
