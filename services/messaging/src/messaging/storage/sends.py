"""Accepts a send: its row, its deliveries, and one event for each chunk, in the caller's transaction (P28)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.contracts.messaging import ChunkReady
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.dialects.postgresql import insert

from messaging.domain.sends import SendKind
from messaging.storage.audiences import Expanded
from messaging.storage.tables import sends


async def add_send(
    uow: UnitOfWork,
    *,
    send_id: UUID,
    kind: SendKind,
    group_id: UUID,
    now: datetime,
    **about: UUID | datetime | None,
) -> bool:
    """Whether the send is new: of a release there is one, however often it is told."""
    row = {"id": send_id, "kind": kind.value, "group_id": group_id, "accepted_at": now, **about}
    added = insert(sends).values(row).on_conflict_do_nothing().returning(sends.c.id)
    return (await uow.session.execute(added)).first() is not None


def announce(uow: UnitOfWork, send_id: UUID, expanded: Sequence[Expanded]) -> int:
    """Records that the chunks are ready; how many mailboxes there are in all."""
    for chunk in expanded:
        uow.record(ChunkReady(chunk_id=chunk.chunk_id, message_id=send_id, version=1))
    return sum(chunk.size for chunk in expanded)
