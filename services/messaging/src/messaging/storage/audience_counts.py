"""How many an audience reaches, by which way, and how many it leaves out for which reason, before anything is sent."""

from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.audience import Audience
from messaging.domain.message_types import MessageType
from messaging.domain.sends import LeaveScope
from messaging.storage.bounces import left_alone
from messaging.storage.sends import query_of

LOOKED_AT: Final = 100
"""Of so many mailboxes it is looked up what they were sent lately: enough for an average."""

_COUNT: Final = """
    WITH everybody AS MATERIALIZED ({everybody}),
    mailboxes AS MATERIALIZED (
        SELECT e.tag, CASE
            WHEN EXISTS (SELECT FROM departures l WHERE l.tag = e.tag AND l.scope = :scope AND l.scope_id = :scope_id)
                THEN 'left'
            WHEN bool_and(COALESCE(:type = ANY(f.muted_types), FALSE)) THEN 'type_not_wanted'
            WHEN {left_alone} THEN 'unreachable'
        END AS reason
        FROM everybody e LEFT JOIN preferences f ON f.person_id = e.person_id
        WHERE e.tag IS NOT NULL GROUP BY e.tag
    )
    SELECT (SELECT count(DISTINCT person_id) FROM everybody) AS people,
        (SELECT count(DISTINCT person_id) FROM everybody WHERE tag IS NULL) AS without_a_mailbox,
        count(*) FILTER (WHERE reason IS NULL) AS mailboxes,
        count(*) FILTER (WHERE reason = 'left') AS left_before,
        count(*) FILTER (WHERE reason = 'type_not_wanted') AS type_not_wanted,
        count(*) FILTER (WHERE reason = 'unreachable') AS unreachable,
        COALESCE((
            SELECT count(d.tag)::float / NULLIF(count(DISTINCT looked.tag), 0)
            FROM (SELECT tag FROM mailboxes LIMIT :looked_at) AS looked (tag)
            LEFT JOIN sends s ON s.accepted_at > now() - interval '7 days' AND (
                s.kind = 'message' AND s.group_id = :group_id OR s.kind = 'alert' AND s.organisation_id = :organisation
            )
            LEFT JOIN deliveries d ON d.send_id = s.id AND d.tag = looked.tag AND d.state = 'sent'
        ), 0) AS lately
    FROM mailboxes
"""


class Counts(NamedTuple):
    """Exact figures. `mailboxes` get an email; `lately` is how many each was sent in seven days by the one who asks."""

    people: int
    without_a_mailbox: int
    mailboxes: int
    left_before: int
    type_not_wanted: int
    unreachable: int
    lately: float


async def count_audience(
    session: AsyncSession,
    audience: Audience,
    message_type: MessageType,
    scope: tuple[LeaveScope, UUID],
    *,
    group_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> Counts:
    """As things are now. What is sent asks again, for everybody, when their turn comes (P25)."""
    query = await query_of(session, audience)
    asked: dict[str, object] = {"type": message_type, "scope": scope[0], "scope_id": scope[1], "looked_at": LOOKED_AT}
    asked |= {"group_id": group_id, "organisation": organisation_id}
    statement = text(_COUNT.format(everybody=query.everybody("TRUE"), left_alone=left_alone("e.tag")))
    return Counts(*(await session.execute(statement, asked | query.parameters)).one())
