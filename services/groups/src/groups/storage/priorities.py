"""The priorities of a ward panel, with what the police answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchPriority
from groups.domain.priorities import Priority
from groups.storage.tables import known_organisations, priorities, priority_answers

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What an organisation answered, and when."""

    organisation: str | None
    text: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class SeenPriority:
    """A priority with its answers, the oldest first."""

    id: UUID
    text: str
    agreed_on: date
    outcome: str | None
    closed_at: datetime | None
    answers: list[GivenAnswer]


class Priorities:
    """Priorities of one group in one transaction. Whoever changes them has locked the group."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    def add(self, priority: Priority) -> None:
        self._session.add(priority)

    async def get(self, priority_id: UUID) -> Priority:
        """NoSuchPriority where this group has none of that id."""
        query = select(Priority).where(priorities.c.id == priority_id, priorities.c.group_id == self._group_id)
        found: Priority | None = await self._session.scalar(query)
        if found is None:
            raise NoSuchPriority
        return found

    async def count_open(self) -> int:
        query = select(func.count()).where(priorities.c.group_id == self._group_id, priorities.c.closed_at.is_(None))
        return await self._session.scalar(query) or 0

    async def answer(self, priority: Priority, organisation_id: UUID, text: str, now: datetime) -> None:
        row = {
            "id": new_id(),
            "priority_id": priority.id,
            "organisation_id": organisation_id,
            "text": text,
            "answered_at": now,
        }
        await self._session.execute(insert(priority_answers).values(row))

    async def list_all(self) -> Sequence[SeenPriority]:
        """The last fifty, the latest first."""
        seen = (
            priorities.c.id,
            priorities.c.text,
            priorities.c.agreed_on,
            priorities.c.outcome,
            priorities.c.closed_at,
        )
        latest = select(*seen).where(priorities.c.group_id == self._group_id).order_by(priorities.c.id.desc())
        found = [SeenPriority(*row, answers=[]) for row in await self._session.execute(latest.limit(MOST_SHOWN))]
        by_id = {each.id: each for each in found}
        answers = (
            select(
                priority_answers.c.priority_id,
                known_organisations.c.name,
                priority_answers.c.text,
                priority_answers.c.answered_at,
            )
            .outerjoin_from(
                priority_answers,
                known_organisations,
                known_organisations.c.id == priority_answers.c.organisation_id,
            )
            .where(priority_answers.c.priority_id.in_(by_id))
            .order_by(priority_answers.c.id)
        )
        for priority_id, *answer in await self._session.execute(answers):
            by_id[priority_id].answers.append(GivenAnswer(*answer))
        return found
