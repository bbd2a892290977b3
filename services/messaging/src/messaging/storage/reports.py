"""How a message stands by ward, so that no ward is told in which so few were written to that one could be known."""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

FEWEST: Final = 5
"""Wards with fewer mailboxes are told together, with those whose ward is not known."""

_BY_WARD = text(
    """
    WITH by_ward AS (
        SELECT d.area, count(*) AS mailboxes,
            count(*) FILTER (WHERE d.state = 'sent') AS sent, count(*) FILTER (WHERE d.state = 'queued') AS queued,
            count(*) FILTER (WHERE d.state = 'withheld') AS withheld,
            count(*) FILTER (WHERE d.state = 'failed') AS failed
        FROM deliveries d WHERE d.send_id = :send_id GROUP BY d.area
    )
    SELECT CASE WHEN mailboxes >= :fewest THEN area END AS code,
        CASE WHEN mailboxes >= :fewest THEN (SELECT a.name FROM known_areas a WHERE a.id = area) END AS name,
        sum(sent)::int AS sent, sum(queued)::int AS queued, sum(withheld)::int AS withheld, sum(failed)::int AS failed
    FROM by_ward GROUP BY code, name ORDER BY sum(mailboxes) DESC, code
    """
)


class WardFigures(NamedTuple):
    """Mailboxes of one ward by what became of them; of all other wards together where `code` is None."""

    code: str | None
    name: str | None
    sent: int
    queued: int
    withheld: int
    failed: int


async def figures_by_ward(session: AsyncSession, send_id: UUID) -> Sequence[WardFigures]:
    """The wards with most mailboxes first."""
    rows = await session.execute(_BY_WARD, {"send_id": send_id, "fewest": FEWEST})
    return [WardFigures(*row) for row in rows]
