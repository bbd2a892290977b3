"""Messages, with subject and body sealed, and what became of their deliveries."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, text
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
_SHOWN = ("id", "group_id", "organisation_id", "sender", "type", "priority", "sent_at")
READ = ", ".join(f"m.{name}" for name in (*_SHOWN, "sealed_subject"))
"""What is read of a message, as `m`, where its body is not asked for."""


class Message(NamedTuple):
    """A message as it is shown. `body` is None in lists; `organisation_id` is set on an alert.

    `group_id` is None where an alert is to more than one group, or to an area.
    """

    id: UUID
    group_id: UUID | None
    organisation_id: UUID | None
    sender: str
    type: str
    priority: int
    sent_at: datetime
    subject: str
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

    async def of_organisation(
        self, organisation_id: UUID, group_id: UUID | None, after: UUID | None, limit: int
    ) -> list[Message]:
        """The alerts that this organisation sent, or those to the group, and nobody else's (P5); the newest first."""
        mine = messages.c.organisation_id == organisation_id
        query = select(*(messages.c[name] for name in (*_SHOWN, "sealed_subject"))).where(mine)
        if group_id is not None:
            query = query.where(messages.c.group_id == group_id)
        if after is not None:
            query = query.where(messages.c.id < after)
        rows = await self._session.execute(query.order_by(messages.c.id.desc()).limit(limit))
        return [self.opened(row) for row in rows.mappings()]

    async def get(self, message_id: UUID) -> Message | None:
        """Anybody's message, with its body: for whoever has seen that it is theirs to read, or who prints it."""
        query = select(messages).where(messages.c.id == message_id)
        row = (await self._session.execute(query)).mappings().first()
        return None if row is None else self.opened(row)

    def opened(self, row: RowMapping) -> Message:
        """A row of READ, with `sealed_body` where that was read too."""
        body = row.get("sealed_body")
        return Message(
            **{name: row[name] for name in _SHOWN},
            subject=self._keyring.open("subject", row["id"], row["sealed_subject"]).decode(),
            body=None if body is None else self._keyring.open("body", row["id"], body).decode(),
        )

    async def figures(self, message_id: UUID) -> Figures:
        row = (await self._session.execute(_FIGURES, {"send_id": message_id})).one()
        return Figures(*row)
