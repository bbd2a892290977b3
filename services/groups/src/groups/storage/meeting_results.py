"""Results of meetings in one group, and who objects."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchMeetingResult
from groups.domain.meeting_results import MeetingResult, Settled
from groups.domain.memberships import MembershipState
from groups.storage.tables import meeting_objections, meeting_results, memberships


class MeetingResults:
    """Results of one group in one transaction. Whoever changes them has locked the group."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    def add(self, result: MeetingResult) -> None:
        self._session.add(result)

    async def get(self, result_id: UUID) -> MeetingResult:
        """NoSuchMeetingResult where this group has none of that id."""
        query = select(MeetingResult).where(
            meeting_results.c.id == result_id, meeting_results.c.group_id == self._group_id
        )
        found: MeetingResult | None = await self._session.scalar(query)
        if found is None:
            raise NoSuchMeetingResult
        return found

    async def is_open(self, office: str) -> bool:
        query = exists().where(
            meeting_results.c.group_id == self._group_id,
            meeting_results.c.office == office,
            meeting_results.c.settled_at.is_(None),
        )
        return bool(await self._session.scalar(select(query)))

    async def void_open(self, office: str, now: datetime) -> None:
        """What waited to take effect does not: a ballot has decided since."""
        waiting = update(meeting_results).where(
            meeting_results.c.group_id == self._group_id,
            meeting_results.c.office == office,
            meeting_results.c.settled_at.is_(None),
        )
        await self._session.execute(waiting.values(settled=Settled.VOID, settled_at=now))

    async def due(self, now: datetime) -> Sequence[MeetingResult]:
        query = select(MeetingResult).where(
            meeting_results.c.group_id == self._group_id,
            meeting_results.c.settled_at.is_(None),
            meeting_results.c.takes_effect_at <= now,
        )
        return (await self._session.scalars(query.order_by(meeting_results.c.id))).all()

    async def object(self, result: MeetingResult, person_id: UUID) -> None:
        """Notes an objection, once a person."""
        objection = insert(meeting_objections).values(result_id=result.id, person_id=person_id)
        await self._session.execute(objection.on_conflict_do_nothing())

    async def objections(self, result: MeetingResult) -> int:
        """How many active members object, besides the person chosen."""
        query = (
            select(func.count())
            .select_from(meeting_objections)
            .join(memberships, memberships.c.person_id == meeting_objections.c.person_id)
            .where(
                meeting_objections.c.result_id == result.id,
                meeting_objections.c.person_id.is_distinct_from(result.person_id),
                memberships.c.group_id == self._group_id,
                memberships.c.state == MembershipState.ACTIVE,
            )
        )
        return await self._session.scalar(query) or 0
