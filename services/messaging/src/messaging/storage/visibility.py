"""Which messages a person may read: those whose audience they are in at this moment (P18), asked as the audience is."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.storage.messages import READ, Message, Messages

_MATCHES = """
    (a.kind = 'group' AND a.ref = ANY(CAST(:groups AS uuid[])))
    OR (a.kind = 'list' AND EXISTS (
        SELECT FROM list_members l JOIN lists i ON i.id = l.list_id
        WHERE l.list_id = a.ref AND l.person_id = :person_id AND i.group_id = ANY(CAST(:groups AS uuid[]))
    ))
    OR (a.kind = 'office' AND a.group_id = ANY(CAST(:groups AS uuid[])) AND EXISTS (
        SELECT FROM known_terms t WHERE t.group_id = a.group_id AND t.person_id = :person_id AND t.until IS NULL
            AND t.office = COALESCE(a.code, t.office)
    ))
    OR (a.kind = 'area' AND a.code = ANY(CAST(:areas AS text[])) AND EXISTS (
        SELECT FROM known_consents k JOIN sends s ON s.id = a.send_id
        WHERE k.person_id = :person_id AND k.organisation_id = s.organisation_id AND k.state = 'given'
    ))
"""
_VISIBLE = f"""
    (m.id IN (SELECT a.send_id FROM send_parts a WHERE NOT a.is_excluded AND ({_MATCHES}))
     AND NOT EXISTS (SELECT FROM send_parts a WHERE a.send_id = m.id AND a.is_excluded AND ({_MATCHES}))
     AND (NOT EXISTS (SELECT FROM recalls r WHERE r.send_id = m.id) OR EXISTS (
         SELECT FROM known_contacts c JOIN deliveries d ON d.send_id = m.id AND d.tag = c.tag
         WHERE c.id = :person_id AND d.state = 'sent'
     ))
     OR m.group_id = CAST(:officer_of AS uuid) AND m.organisation_id IS NULL)
"""  # noqa: S608 - texts of ours
_PAGE = text(
    f"SELECT {READ} FROM messages m WHERE {_VISIBLE}"  # noqa: S608 - texts of ours
    " AND (CAST(:after AS uuid) IS NULL OR m.id < :after) ORDER BY m.id DESC LIMIT :limit"
)
_ONE = text(f"SELECT {READ}, m.sealed_body FROM messages m WHERE m.id = :message_id AND {_VISIBLE}")  # noqa: S608
_PLACE = text(
    f"SELECT min(a.place) FROM send_parts a WHERE a.send_id = :message_id AND NOT a.is_excluded AND ({_MATCHES})"  # noqa: S608
)
_AREAS = text(
    """
    WITH RECURSIVE around AS (
        SELECT p.area AS code FROM known_persons p WHERE p.id = :person_id AND p.area IS NOT NULL
        UNION SELECT a.parent FROM known_areas a JOIN around r ON r.code = a.id WHERE a.parent IS NOT NULL
    )
    SELECT code FROM around
    """
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with proof of the groups that they belong to. An officer also reads what their group sent to others.

    `everywhere`: also what was sent to the area where they live.
    """

    person_id: UUID
    group_ids: frozenset[UUID]
    officer_of: UUID | None = None
    everywhere: bool = False


class VisibleMessages:
    """What one reader may read; anything else is not there."""

    def __init__(self, session: AsyncSession, messages: Messages, reader: Reader) -> None:
        self._session = session
        self._messages = messages
        self._reader = reader

    async def page(self, after: UUID | None, limit: int) -> list[Message]:
        """The newest first, without their bodies."""
        rows = await self._session.execute(_PAGE, {**await self._asked(), "after": after, "limit": limit})
        return [self._messages.opened(row) for row in rows.mappings()]

    async def get(self, message_id: UUID) -> Message | None:
        """A message with its body."""
        rows = await self._session.execute(_ONE, {**await self._asked(), "message_id": message_id})
        row = rows.mappings().first()
        return None if row is None else self._messages.opened(row)

    async def place(self, message_id: UUID) -> int | None:
        """Which part of the message's audience the reader is in, the first; None for an officer who is in none."""
        place: int | None = await self._session.scalar(_PLACE, {**await self._asked(), "message_id": message_id})
        return place

    async def _asked(self) -> Mapping[str, object]:
        reader = self._reader
        areas = await self._session.scalars(_AREAS, {"person_id": reader.person_id}) if reader.everywhere else ()
        return {
            "person_id": reader.person_id,
            "groups": list(reader.group_ids),
            "officer_of": reader.officer_of,
            "areas": list(areas),
        }
