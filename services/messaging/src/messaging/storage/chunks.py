"""Chunks of a send: the broker says when to look at one, the database what is left of it."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.sends import LeaveScope, SendKind
from messaging.storage.sends import ANNOUNCED_AGAIN_AFTER

_VISIT = text(
    f"""
    UPDATE chunks c SET visits = visits + 1, due_at = now() + {ANNOUNCED_AGAIN_AFTER}
    FROM sends s WHERE c.id = :chunk_id AND s.id = c.send_id AND c.done_at IS NULL
    RETURNING s.id, s.kind, s.group_id, s.message_id, s.organisation_id, s.list_id, s.release_id, s.accepted_at,
              s.type, s.priority, c.from_tag, c.below_tag, c.visits
    """  # noqa: S608 - a constant of ours
)
_LEAVE = text("UPDATE chunks SET due_at = now() + :after WHERE id = :chunk_id")
_END = text("UPDATE chunks SET done_at = now() WHERE id = :chunk_id AND done_at IS NULL")
_ANNOUNCE = text(
    f"""
    UPDATE chunks SET announcements = announcements + 1, due_at = now() + {ANNOUNCED_AGAIN_AFTER}
    WHERE id IN (
        SELECT id FROM chunks WHERE done_at IS NULL AND due_at <= now() LIMIT 100 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, send_id, announcements
    """  # noqa: S608 - a constant of ours
)


class Visit(NamedTuple):
    """A chunk in hand, and the send that it belongs to."""

    send_id: UUID
    kind: SendKind
    group_id: UUID | None
    message_id: UUID | None
    organisation_id: UUID | None
    list_id: UUID | None
    release_id: UUID | None
    accepted_at: datetime
    type: str | None
    priority: int
    from_tag: bytes
    below_tag: bytes | None
    number: int

    @property
    def leave_scope(self) -> tuple[LeaveScope, UUID] | None:
        """What one click in its mails leaves (P27). Nobody can leave being asked."""
        if self.kind is SendKind.CONFIRMATION:
            return None
        if self.kind is SendKind.ALERT and self.organisation_id:
            return LeaveScope.ORGANISATION, self.organisation_id
        if self.list_id:
            return LeaveScope.LIST, self.list_id
        if self.group_id is None:
            raise ValueError("a send of nobody")
        return LeaveScope.GROUP, self.group_id


class Due(NamedTuple):
    chunk_id: UUID
    send_id: UUID
    announcements: int


class Chunks:
    """All chunks."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def visit(self, chunk_id: UUID) -> Visit | None:
        """What is to be sent; None for a chunk that has ended, or is not there."""
        row = (await self._session.execute(_VISIT, {"chunk_id": chunk_id})).first()
        return None if row is None else Visit(row[0], SendKind(row[1]), *row[2:])

    async def leave(self, chunk_id: UUID, after: timedelta) -> None:
        """Has the chunk announced again once `after` has passed."""
        await self._session.execute(_LEAVE, {"chunk_id": chunk_id, "after": after})

    async def end(self, chunk_id: UUID) -> None:
        await self._session.execute(_END, {"chunk_id": chunk_id})

    async def take_due(self) -> list[Due]:
        """Chunks that nobody has come back to in time."""
        return [Due(*row) for row in await self._session.execute(_ANNOUNCE)]
