"""What people outside wrote to groups: sealed, and kept only until it is mailed."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.sends import SendKind
from messaging.keyring import Keyring
from messaging.storage.tables import chunks, questions, sends

_DAY = timedelta(hours=24)
_ONE_AFTER_ANOTHER = text("SELECT pg_advisory_xact_lock(hashtextextended(:group_id, 0))")


class Question(NamedTuple):
    """Who asks, where the answer goes, and what they wrote."""

    name: str
    reply_to: str
    text: str


class Questions:
    """All questions of one transaction."""

    def __init__(self, session: AsyncSession, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    async def lately(self, group_id: UUID, now: datetime) -> int:
        """How many the group had in 24 hours. Until the transaction ends nobody else counts for this group."""
        await self._session.execute(_ONE_AFTER_ANOTHER, {"group_id": str(group_id)})
        query = select(func.count()).where(
            sends.c.kind == SendKind.QUESTION.value, sends.c.group_id == group_id, sends.c.accepted_at > now - _DAY
        )
        return await self._session.scalar(query) or 0

    async def add(self, send_id: UUID, question: Question) -> None:
        sealed = {
            f"sealed_{what}": self._keyring.seal(what, send_id, said.encode())
            for what, said in question._asdict().items()
        }
        await self._session.execute(insert(questions).values(send_id=send_id, **sealed))

    async def get(self, send_id: UUID) -> Question | None:
        row = (await self._session.execute(select(questions).where(questions.c.send_id == send_id))).first()
        if row is None:
            return None
        found = row._mapping  # noqa: SLF001 - a Row of varying columns has no other name for it
        return Question(*(self._keyring.open(what, send_id, found[f"sealed_{what}"]).decode() for what in _FIELDS))


async def forget_question(session: AsyncSession, chunk_id: UUID) -> None:
    """Removes what the chunk's send had to say, if it was a question: every mail of it has ended."""
    send_id = select(chunks.c.send_id).where(chunks.c.id == chunk_id).scalar_subquery()
    await session.execute(delete(questions).where(questions.c.send_id == send_id))


_FIELDS = Question._fields
