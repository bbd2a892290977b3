"""Drafts, sealed: those of one group, or of one organisation (P5)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.authors import Author
from messaging.domain.drafts import Draft, DraftState
from messaging.domain.errors import NothingHere
from messaging.domain.message_types import MessageType
from messaging.domain.written import Written
from messaging.keyring import Keyring
from messaging.storage.tables import drafts

_FIELDS = tuple(Draft.__dataclass_fields__)


class WrittenDraft(NamedTuple):
    draft: Draft
    written: Written


class Drafts:
    """The drafts of an author's group, or of their organisation; those of others are not there."""

    def __init__(self, session: AsyncSession, keyring: Keyring, owner: Author) -> None:
        self._session = session
        self._keyring = keyring
        self._owner = owner

    async def add(self, draft: Draft, written: Written) -> None:
        sealed = self._sealed(draft, written)
        await self._session.execute(insert(drafts).values(**_row(draft), sealed_content=sealed))

    async def change(self, draft: Draft, written: Written | None = None) -> None:
        """As it now is. Hold it first, or somebody else's change is lost."""
        sealed = {} if written is None else {"sealed_content": self._sealed(draft, written)}
        await self._session.execute(update(drafts).where(drafts.c.id == draft.id).values(**_row(draft), **sealed))

    async def page(self, after: UUID | None, limit: int) -> Sequence[WrittenDraft]:
        """The newest first, whatever became of them."""
        query = select(drafts).where(*self._mine()).order_by(drafts.c.id.desc()).limit(limit)
        if after is not None:
            query = query.where(drafts.c.id < after)
        return [self._opened(row) for row in (await self._session.execute(query)).mappings()]

    async def get(self, draft_id: UUID, *, hold: bool = False) -> WrittenDraft:
        """Raises NothingHere. With `hold` nobody else changes it until the transaction ends."""
        query = select(drafts).where(drafts.c.id == draft_id, *self._mine())
        row = (await self._session.execute(query.with_for_update() if hold else query)).mappings().first()
        if row is None:
            raise NothingHere
        return self._opened(row)

    async def postpone(self, draft_id: UUID, until: datetime) -> None:
        """Due then, where it is scheduled still. It is not opened: it may be what does not open."""
        waiting = update(drafts).where(drafts.c.id == draft_id, drafts.c.state == DraftState.SCHEDULED.value)
        await self._session.execute(waiting.values(send_at=until))

    async def discard(self, draft_id: UUID) -> None:
        """Raises NothingHere."""
        gone = delete(drafts).where(drafts.c.id == draft_id, *self._mine()).returning(drafts.c.id)
        if (await self._session.execute(gone)).first() is None:
            raise NothingHere

    def _mine(self) -> list[ColumnElement[bool]]:
        of_group = drafts.c.group_id.is_not_distinct_from(self._owner.group_id)
        return [of_group, drafts.c.organisation_id.is_not_distinct_from(self._owner.organisation_id)]

    def _sealed(self, draft: Draft, written: Written) -> bytes:
        return self._keyring.seal("draft", draft.id, json.dumps(asdict(written), default=str).encode())

    def _opened(self, row: RowMapping) -> WrittenDraft:
        told = {name: row[name] for name in _FIELDS} | {"state": DraftState(row["state"])}
        content = json.loads(self._keyring.open("draft", row["id"], row["sealed_content"]))
        return WrittenDraft(Draft(**told), _written(content))


async def take_due(session: AsyncSession, at: datetime) -> tuple[UUID, Author] | None:
    """The scheduled draft that is due the longest and whose it is; nobody else takes it until the transaction ends."""
    query = (
        select(drafts.c.id, drafts.c.scheduled_by, drafts.c.group_id, drafts.c.organisation_id)
        .where(drafts.c.state == DraftState.SCHEDULED.value, drafts.c.send_at <= at)
        .order_by(drafts.c.send_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row.id, Author(row.scheduled_by, row.group_id, row.organisation_id))


def _row(draft: Draft) -> dict[str, Any]:
    return asdict(draft) | {"state": draft.state.value}


def _written(content: Mapping[str, Any]) -> Written:
    audience = content["audience"]
    return Written(
        subject=content["subject"],
        body=content["body"],
        type=MessageType(content["type"]),
        audience=Audience([_part(each) for each in audience["include"]], [_part(each) for each in audience["exclude"]]),
        attachment_ids=[UUID(each) for each in content["attachment_ids"]],
        priority=content["priority"],
    )


def _part(told: Mapping[str, Any]) -> Part:
    ref, group_id = (None if told[name] is None else UUID(told[name]) for name in ("ref", "group_id"))
    return Part(PartKind(told["kind"]), ref, group_id, told["code"])
