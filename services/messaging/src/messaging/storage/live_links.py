"""Links of releases that still open: whose they are, as far as they are a member's."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# A link is a mailbox's: it stays while a contact of the list, or another active member on it, reads the same one.
_OF_MEMBER = text(
    """
    SELECT s.release_id, s.group_id, array_agg(d.recipient_ref ORDER BY d.recipient_ref) AS refs
    FROM known_contacts me
    JOIN deliveries d ON d.tag = me.tag AND d.recipient_ref IS NOT NULL
    JOIN sends s ON s.id = d.send_id AND s.expires_at > now()
        AND (CAST(:group_id AS uuid) IS NULL OR s.group_id = CAST(:group_id AS uuid))
    WHERE me.id = :person_id
        AND NOT EXISTS (
            SELECT FROM list_contacts o WHERE o.list_id = s.list_id AND o.tag = d.tag AND o.state = 'confirmed'
        )
        AND NOT EXISTS (
            SELECT FROM list_members l
            JOIN known_contacts c ON c.id = l.person_id
            JOIN known_memberships m ON m.person_id = c.id AND m.group_id = s.group_id AND m.state = 'active'
            WHERE l.list_id = s.list_id AND c.tag = d.tag AND l.person_id <> :person_id
        )
    GROUP BY s.release_id, s.group_id
    """
)
_OF_GROUP = text(
    """
    SELECT s.release_id, s.group_id, array_agg(d.recipient_ref ORDER BY d.recipient_ref) AS refs
    FROM sends s JOIN deliveries d ON d.send_id = s.id
    WHERE s.group_id = :group_id AND s.release_id IS NOT NULL AND s.expires_at > now()
    GROUP BY s.release_id, s.group_id
    """
)


class LiveLinks(NamedTuple):
    """Links of one release."""

    release_id: UUID
    group_id: UUID
    refs: list[UUID]


async def links_of_member(session: AsyncSession, person_id: UUID, group_id: UUID | None) -> Sequence[LiveLinks]:
    """What this person holds as a member, from one group or from all."""
    found = await session.execute(_OF_MEMBER, {"person_id": person_id, "group_id": group_id})
    return [LiveLinks(*row) for row in found]


async def links_of_group(session: AsyncSession, group_id: UUID) -> Sequence[LiveLinks]:
    """What anybody holds from this group."""
    return [LiveLinks(*row) for row in await session.execute(_OF_GROUP, {"group_id": group_id})]
