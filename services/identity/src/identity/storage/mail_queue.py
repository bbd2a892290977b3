"""What identity still has to mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.link_purposes import MailKind
from identity.storage.tables import mail_queue

TRY_AGAIN = timedelta(seconds=30)
MOST_DOUBLINGS = 7


class DueMail(NamedTuple):
    id: UUID
    kind: MailKind
    account_id: UUID
    attempts: int
    address: str | None
    details: dict[str, str]


class MailQueue:
    """Mails are put in with the change that causes them, and taken out once the relay has them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put(
        self, kind: MailKind, account_id: UUID, now: datetime, *, address: str | None = None, **details: str
    ) -> None:
        """To the account's own address unless another is given; `details` are for the words of this kind."""
        row = {"id": new_id(), "kind": kind, "account_id": account_id, "due_at": now, "attempts": 0}
        await self._session.execute(insert(mail_queue).values(**row, address=address, details=details))

    async def claim(self, now: datetime, most: int) -> Sequence[DueMail]:
        """Takes due mails for 30 s; whoever dies with them leaves them to the next."""
        due = select(mail_queue.c.id).where(mail_queue.c.due_at <= now).order_by(mail_queue.c.due_at)
        claimed = await self._session.execute(
            update(mail_queue)
            .where(mail_queue.c.id.in_(due.limit(most).with_for_update(skip_locked=True)))
            .values(due_at=now + TRY_AGAIN)
            .returning(*(mail_queue.c[name] for name in DueMail._fields))
        )
        return [DueMail(*row) for row in claimed]

    async def put_off(self, mail: DueMail, now: datetime) -> None:
        """Counts a refusal of this mail and waits twice as long after each, 64 minutes at most."""
        due_at = now + TRY_AGAIN * 2 ** min(mail.attempts + 1, MOST_DOUBLINGS)
        chosen = update(mail_queue).where(mail_queue.c.id == mail.id)
        await self._session.execute(chosen.values(due_at=due_at, attempts=mail.attempts + 1))

    async def begin_anew(self, mail: DueMail, due_at: datetime) -> None:
        """Tries it again at another time, as if for the first time."""
        chosen = update(mail_queue).where(mail_queue.c.id == mail.id)
        await self._session.execute(chosen.values(due_at=due_at, attempts=0))

    async def remove(self, mail_id: UUID) -> None:
        await self._session.execute(delete(mail_queue).where(mail_queue.c.id == mail_id))
