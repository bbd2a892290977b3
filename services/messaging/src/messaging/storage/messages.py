"""Messages, with subject and body sealed, and what became of their deliveries."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.keyring import Keyring
from messaging.storage.tables import messages

_FIGURES = text(
    """
    SELECT count(*) FILTER (WHERE d.state = 'queued'), count(*) FILTER (WHERE d.state = 'sent'),
           count(*) FILTER (WHERE d.state = 'withheld'), count(*) FILTER (WHERE d.state = 'failed'),
           COALESCE(sum(d.repeats), 0), count(*) FILTER (WHERE d.state = 'withheld' AND d.reason = 'group_paused')
    FROM deliveries d WHERE d.send_id = :send_id
    """
)
_COLUMNS = [c for c in messages.c if c.name != "sealed_body"]


class Message(NamedTuple):
    """A message as it is shown. `body` is None in lists; `organisation_id` is set on an alert."""

    id: UUID
    group_id: UUID
    organisation_id: UUID | None
    sender: str
    priority: int
    subject: str
    sent_at: datetime
    body: str | None = None


class Figures(NamedTuple):
    """How a send stands: how many mailboxes, and how many copies may have arrived a second time (P28).

    `withheld_by_pause` are those of the withheld that a pause of the group held back for good (P4).
    """

    queued: int
    sent: int
    withheld: int
    failed: int
    repeated: int
    withheld_by_pause: int


class Messages:
    """All messages; every read says whose."""

    def __init__(self, session: AsyncSession, keyring: Keyring) -> None:
        self._session = session
        self._keyring = keyring

    async def add(self, message: Message, sent_by: UUID) -> None:
        row = message._asdict() | {
            "sent_by": sent_by,
            "sealed_subject": self._keyring.seal("subject", message.id, message.subject.encode()),
            "sealed_body": self._keyring.seal("body", message.id, (message.body or "").encode()),
        }
        del row["subject"], row["body"]
        await self._session.execute(insert(messages).values(row))

    async def of_groups(self, group_ids: frozenset[UUID], after: UUID | None, limit: int) -> list[Message]:
        """Messages and alerts to these groups, newest first."""
        return await self._newest(messages.c.group_id.in_(group_ids), after, limit)

    async def of_organisation(
        self, organisation_id: UUID, group_id: UUID, after: UUID | None, limit: int
    ) -> list[Message]:
        """The alerts that this organisation sent to the group, and nobody else's (P5)."""
        mine = (messages.c.organisation_id == organisation_id) & (messages.c.group_id == group_id)
        return await self._newest(mine, after, limit)

    async def get(self, message_id: UUID, group_id: UUID) -> Message | None:
        """A message to the group, with its body."""
        query = select(messages).where(messages.c.id == message_id, messages.c.group_id == group_id)
        row = (await self._session.execute(query)).first()
        if row is None:
            return None
        body = self._keyring.open("body", message_id, row.sealed_body).decode()
        return self._message(row)._replace(body=body)

    async def figures(self, message_id: UUID) -> Figures:
        row = (await self._session.execute(_FIGURES, {"send_id": message_id})).one()
        return Figures(*row)

    async def _newest(self, whose: ColumnElement[bool], after: UUID | None, limit: int) -> list[Message]:
        query = select(*_COLUMNS).where(whose).order_by(messages.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(messages.c.id < after)
        return [self._message(row) for row in await self._session.execute(query)]

    def _message(self, row: object) -> Message:
        found = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001 - a Row of varying columns has no type
        subject = self._keyring.open("subject", found["id"], found["sealed_subject"]).decode()
        same = {name: found[name] for name in ("id", "group_id", "organisation_id", "sender", "priority", "sent_at")}
        return Message(**same, subject=subject)
