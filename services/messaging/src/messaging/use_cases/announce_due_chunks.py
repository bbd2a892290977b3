"""Announces again the chunks that nobody came back to: the broker may forget them, the database does not (P28)."""

from shared.contracts.messaging import ChunkReady
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.chunks import Chunks


async def announce_due_chunks(uow: UnitOfWork) -> int:
    """How many were announced."""
    async with uow:
        due = await Chunks(uow.session).take_due()
        for chunk in due:
            uow.record(ChunkReady(chunk_id=chunk.chunk_id, message_id=chunk.send_id, version=chunk.announcements))
    return len(due)
