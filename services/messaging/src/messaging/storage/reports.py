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
    SELECT d.area, (SELECT a.name FROM known_areas a WHERE a.id = d.area) AS name,
        count(*) FILTER (WHERE d.state = 'sent'), count(*) FILTER (WHERE d.state = 'queued'),
        count(*) FILTER (WHERE d.state = 'withheld'), count(*) FILTER (WHERE d.state = 'failed')
    FROM deliveries d WHERE d.send_id = :send_id GROUP BY d.area ORDER BY count(*) DESC, d.area
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

    @property
    def mailboxes(self) -> int:
        return self.sent + self.queued + self.withheld + self.failed


async def figures_by_ward(session: AsyncSession, send_id: UUID) -> Sequence[WardFigures]:
    """The wards with most mailboxes first, and all others together at the end. Nothing, where these are all too few."""
    found = [WardFigures(*row) for row in await session.execute(_BY_WARD, {"send_id": send_id})]
    told = [ward for ward in found if _may_be_told(ward)]
    others = [ward for ward in found if not _may_be_told(ward)]
    # A few others would be known by what is missing: the smallest ward goes with them.
    while told and 0 < sum(ward.mailboxes for ward in others) < FEWEST:
        others.append(told.pop())
    together = WardFigures(
        None,
        None,
        sent=sum(ward.sent for ward in others),
        queued=sum(ward.queued for ward in others),
        withheld=sum(ward.withheld for ward in others),
        failed=sum(ward.failed for ward in others),
    )
    return [*told, together] if together.mailboxes >= FEWEST else told


def _may_be_told(ward: WardFigures) -> bool:
    return ward.code is not None and ward.mailboxes >= FEWEST
