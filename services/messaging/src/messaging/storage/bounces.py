"""Mails that came back, at once or after the relay had taken them, for each mailbox."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.sends import BOUNCES_IN_A_ROW, TRIED_AGAIN_AFTER, DeliveryState
from messaging.storage.tables import bounces

_HOLD = text("SELECT state FROM deliveries WHERE send_id = :send_id AND tag = :tag FOR UPDATE")
_FAIL = text(
    "UPDATE deliveries SET state = 'failed', reason = :reason, changed_at = now()"
    " WHERE send_id = :send_id AND tag = :tag"
)
# The mail that comes back now was taken too: each other that was undoes one.
_COUNT = text(
    """
    INSERT INTO bounces AS b (tag, in_a_row) VALUES (:tag, 1)
    ON CONFLICT (tag) DO UPDATE
        SET in_a_row = greatest(b.in_a_row - greatest(b.taken_since - 1, 0), 0) + 1, taken_since = 0, last_at = now()
    RETURNING in_a_row
    """
)
_REFUSED = text(
    """
    INSERT INTO bounces (tag, in_a_row) SELECT tag, :enough FROM unnest(CAST(:tags AS bytea[])) AS t (tag) ORDER BY tag
    ON CONFLICT (tag) DO UPDATE SET in_a_row = :enough, taken_since = 0, last_at = now()
    """
)
_TAKEN = text(
    """
    UPDATE bounces b SET taken_since = taken_since + 1
    FROM (SELECT tag FROM bounces WHERE tag = ANY(:tags) ORDER BY tag FOR UPDATE) AS held WHERE b.tag = held.tag
    """
)
_UNDONE = text(
    f"""
    DELETE FROM bounces WHERE tag = ANY(:tags) AND taken_since > in_a_row
        AND last_at < now() - interval '{TRIED_AGAIN_AFTER.days} days'
    """  # noqa: S608 - a constant of ours
)
# A mailbox that still fails says so again.
_OLD = text(
    "DELETE FROM bounces WHERE tag IN (SELECT tag FROM bounces WHERE last_at < now() - interval '90 days'"
    " ORDER BY tag LIMIT 100 FOR UPDATE SKIP LOCKED)"
)


def left_alone(tag: str) -> str:
    """SQL: whether the mailbox whose tag that column holds is written to no more for now. One place says it for all."""
    return (
        f"EXISTS (SELECT FROM bounces b WHERE b.tag = {tag} AND b.in_a_row >= {BOUNCES_IN_A_ROW}"
        f" AND b.last_at > now() - interval '{TRIED_AGAIN_AFTER.days} days')"
    )


class Bounces:
    """Of everybody, by mailbox tag: members and outside contacts alike."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, send_id: UUID, tag: bytes) -> DeliveryState | None:
        """What is known of a copy, its row locked; None where nobody knows of it any more."""
        state = await self._session.scalar(_HOLD, {"send_id": send_id, "tag": tag})
        return None if state is None else DeliveryState(state)

    async def fail(self, send_id: UUID, tag: bytes, reason: str) -> None:
        """The copy came back."""
        await self._session.execute(_FAIL, {"send_id": send_id, "tag": tag, "reason": reason})

    async def count(self, tag: bytes) -> int:
        """One more came back that may not the next time: how many are to be minded now."""
        return int(await self._session.scalar(_COUNT, {"tag": tag}))

    async def refused(self, tags: Collection[bytes]) -> None:
        """These were refused for ever: as good as enough in a row."""
        await self._session.execute(_REFUSED, {"tags": list(tags), "enough": BOUNCES_IN_A_ROW})

    async def taken(self, tags: Collection[bytes]) -> None:
        """The relay took a mail to each of these."""
        await self._session.execute(_TAKEN, {"tags": list(tags)})
        await self._session.execute(_UNDONE, {"tags": list(tags)})

    async def forget_old(self) -> None:
        """Of mailboxes that nothing came back from for 90 days nothing is kept."""
        await self._session.execute(_OLD)

    async def forget(self, tag: bytes) -> None:
        await self._session.execute(delete(bounces).where(bounces.c.tag == tag))
