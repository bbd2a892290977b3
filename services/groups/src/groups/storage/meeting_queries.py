"""Results of meetings as the members of a group see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.meeting_results import Settled
from groups.storage.tables import known_people, meeting_objections, meeting_results

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SeenResult:
    """A result with who recorded it, and how many objected but not who."""

    id: UUID
    office: str
    person_id: UUID | None
    name: str | None
    recorded_by: UUID | None
    held_on: date
    minutes_note: str
    recorded_at: datetime
    takes_effect_at: datetime
    settled: Settled | None
    objections: int


async def list_results(session: AsyncSession, group_id: UUID) -> Sequence[SeenResult]:
    """The last twenty, the latest first. Every member may object, so every member sees them."""
    objections = select(func.count()).where(meeting_objections.c.result_id == meeting_results.c.id).scalar_subquery()
    query = (
        select(
            meeting_results.c.id,
            meeting_results.c.office,
            meeting_results.c.person_id,
            known_people.c.display_name,
            meeting_results.c.recorded_by,
            meeting_results.c.held_on,
            meeting_results.c.minutes_note,
            meeting_results.c.recorded_at,
            meeting_results.c.takes_effect_at,
            meeting_results.c.settled,
            objections,
        )
        .outerjoin_from(meeting_results, known_people, known_people.c.id == meeting_results.c.person_id)
        .where(meeting_results.c.group_id == group_id)
        .order_by(meeting_results.c.id.desc())
        .limit(MOST_SHOWN)
    )
    return [SeenResult(*row) for row in await session.execute(query)]
