"""To whom a release went: each link's reference, with the name that the list has for it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# A contact's name and address are what an officer entered; of a member the name alone, never the address (P24).
_RECIPIENTS = text(
    """
    SELECT d.recipient_ref AS ref, d.state, o.name AS contact, o.email,
        CASE WHEN o.id IS NULL THEN (
            SELECT string_agg(p.display_name, ', ' ORDER BY p.display_name) FROM list_members l
            JOIN known_contacts c ON c.id = l.person_id AND c.tag = d.tag
            JOIN known_memberships m ON m.person_id = c.id AND m.group_id = s.group_id AND m.state = 'active'
            JOIN known_persons p ON p.id = c.id
            WHERE l.list_id = s.list_id
        ) END AS member
    FROM sends s
    JOIN deliveries d ON d.send_id = s.id
    LEFT JOIN list_contacts o ON o.list_id = s.list_id AND o.tag = d.tag
    WHERE s.group_id = :group_id AND s.list_id = :list_id AND s.release_id = :release_id
    ORDER BY d.recipient_ref
    """
)


class ReleaseRecipient(NamedTuple):
    """Whose link it is: a contact with their address, or the members of one mailbox; neither once they are gone."""

    ref: UUID
    state: str
    contact: str | None
    email: str | None
    member: str | None


async def release_recipients(
    session: AsyncSession, group_id: UUID, list_id: UUID, release_id: UUID
) -> Sequence[ReleaseRecipient]:
    """All of a release of this group to this list; empty where there is none."""
    asked = {"group_id": group_id, "list_id": list_id, "release_id": release_id}
    return [ReleaseRecipient(*row) for row in await session.execute(_RECIPIENTS, asked)]
