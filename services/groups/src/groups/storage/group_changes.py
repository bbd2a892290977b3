"""What of a group has changed since a moment: told beside its markings, so that a reader looks twice."""

from datetime import datetime
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import ColumnElement, exists, insert, or_
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import OFFICES
from groups.domain.markings import Change
from groups.storage.tables import group_changes, terms

_LEADING = {offices[0] for offices in OFFICES.values()}


async def write_change(session: AsyncSession, group_id: UUID, what: Change, now: datetime) -> None:
    row = {"id": new_id(), "group_id": group_id, "what": what, "changed_at": now}
    await session.execute(insert(group_changes).values(row))


def changed_since(
    group_id: ColumnElement[UUID], moment: ColumnElement[datetime]
) -> list[tuple[Change, ColumnElement[bool]]]:
    """For each thing that may change, a condition: it has changed since then.

    The leading office changes hands with every term of it that began or ended: its terms are its history.
    """
    return [
        (Change.NAME, _is_written(group_id, Change.NAME, moment)),
        (Change.AREA, _is_written(group_id, Change.AREA, moment)),
        (
            Change.LEADING_OFFICE,
            exists().where(
                terms.c.group_id == group_id,
                terms.c.office.in_(_LEADING),
                or_(terms.c.since > moment, terms.c.until > moment),
            ),
        ),
    ]


def _is_written(group_id: ColumnElement[UUID], what: Change, moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    return exists().where(
        group_changes.c.group_id == group_id, group_changes.c.what == what, group_changes.c.changed_at > moment
    )
