"""Expands an audience set-wise: one statement makes every delivery of a send, one for each mailbox (P25)."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.sends import CHUNK

# How long the broker's own copy of a chunk is relied on before it is announced again.
ANNOUNCED_AGAIN_AFTER = "interval '5 minutes'"

_MEMBERS = """
    SELECT c.tag, NULL::uuid AS contact_id FROM known_memberships m
    JOIN known_contacts c ON c.id = m.person_id
    WHERE m.group_id = :group_id AND m.state = 'active' AND c.tag IS NOT NULL
"""
_ON_THE_LIST = """
    SELECT tag, NULL::uuid AS contact_id FROM list_contacts WHERE list_id = :list_id AND state = 'confirmed'
    UNION ALL
    SELECT c.tag, NULL FROM list_members l
    JOIN known_memberships m ON m.person_id = l.person_id AND m.group_id = :group_id AND m.state = 'active'
    JOIN known_contacts c ON c.id = l.person_id
    WHERE l.list_id = :list_id AND c.tag IS NOT NULL
"""
_ONE_CONTACT = """
    SELECT o.tag, o.id AS contact_id FROM list_contacts o
    JOIN lists l ON l.id = o.list_id AND l.group_id = :group_id WHERE o.id = :contact_id
"""

_OFFICERS = """
    SELECT c.tag, NULL::uuid AS contact_id FROM known_memberships m
    JOIN known_contacts c ON c.id = m.person_id
    WHERE m.group_id = :group_id AND m.state = 'active' AND c.tag IS NOT NULL
        AND m.person_id = ANY(CAST(:officers AS uuid[]))
"""

_EXPAND = """
    WITH audience AS (SELECT DISTINCT tag, contact_id FROM ({source}) AS everybody),
    numbered AS (SELECT tag, contact_id, ((row_number() OVER (ORDER BY tag) - 1) / :chunk)::int AS place FROM audience),
    made AS (
        INSERT INTO chunks (id, send_id, place, due_at)
        SELECT gen_random_uuid(), :send_id, place, now() + {again} FROM numbered GROUP BY place
        RETURNING id, place
    ),
    expanded AS (
        INSERT INTO deliveries (id, send_id, chunk_id, tag, contact_id, recipient_ref, due_at)
        SELECT gen_random_uuid(), :send_id, made.id, tag, contact_id,
               CASE WHEN :refs THEN gen_random_uuid() END, now() + make_interval(secs => :after)
        FROM numbered JOIN made USING (place)
        RETURNING chunk_id
    )
    SELECT chunk_id, count(*) FROM expanded GROUP BY chunk_id
"""
_LINKS = text("SELECT recipient_ref FROM deliveries WHERE chunk_id = :chunk_id ORDER BY id")


class Expanded(NamedTuple):
    """One chunk and how many mailboxes are in it."""

    chunk_id: UUID
    size: int


class Audience:
    """Makes the deliveries of one send; the send's row is there already."""

    def __init__(self, session: AsyncSession, send_id: UUID, group_id: UUID) -> None:
        self._session = session
        self._fixed = {"send_id": send_id, "group_id": group_id, "chunk": CHUNK}

    async def of_members(self) -> list[Expanded]:
        """Every active member who has a mailbox."""
        return await self._expand(_MEMBERS)

    async def of_list(self, list_id: UUID, *, after_seconds: float) -> list[Expanded]:
        """Whoever is on the list, each with a reference of their own."""
        return await self._expand(_ON_THE_LIST, list_id=list_id, refs=True, after=after_seconds)

    async def of_contact(self, contact_id: UUID) -> list[Expanded]:
        return await self._expand(_ONE_CONTACT, contact_id=contact_id)

    async def of_officers(self, person_ids: Sequence[UUID]) -> list[Expanded]:
        """Those of these people who are active members and have a mailbox."""
        return await self._expand(_OFFICERS, officers=list(person_ids))

    async def _expand(
        self, source: str, *, refs: bool = False, after: float = 0, **asked: UUID | list[UUID]
    ) -> list[Expanded]:
        statement = text(_EXPAND.format(source=source, again=ANNOUNCED_AGAIN_AFTER))
        rows = await self._session.execute(statement, {**self._fixed, **asked, "refs": refs, "after": float(after)})
        return [Expanded(*row) for row in rows]


async def recipient_refs(session: AsyncSession, chunk_id: UUID) -> list[UUID]:
    """The references of a release's recipients in one chunk."""
    return list(await session.scalars(_LINKS, {"chunk_id": chunk_id}))
