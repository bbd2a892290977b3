"""A group's page for everybody: under an id that says nothing of the group's own, and only where it is listed."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.directory import find_listed
from groups.storage.group_queries import Seen
from groups.storage.priorities import Priorities, SeenPriority
from groups.storage.tables import areas, group_pages

PUBLIC_ID_BYTES = 10
_FORM = re.compile(r"[A-Za-z0-9_-]{14}")


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What anybody reads of a group that is visible and marked."""

    group: Seen
    area_name: str
    priorities: Sequence[SeenPriority]


async def public_id_of(session: AsyncSession, group_id: UUID) -> str:
    """The id of the group's page, 80 random bits, made when it is first needed: once, however many need it."""
    made = insert(group_pages).values(group_id=group_id, public_id=_new_id())
    await session.execute(made.on_conflict_do_nothing(index_elements=["group_id"]))
    found: str = (
        await session.scalars(select(group_pages.c.public_id).where(group_pages.c.group_id == group_id))
    ).one()
    return found


async def renew_public_id(session: AsyncSession, group_id: UUID) -> str:
    """Another id: whoever has the old one finds nothing there any more."""
    fresh = insert(group_pages).values(group_id=group_id, public_id=_new_id())
    renewed = fresh.on_conflict_do_update(
        index_elements=["group_id"], set_={"public_id": fresh.excluded.public_id}
    ).returning(group_pages.c.public_id)
    public_id: str = (await session.scalars(renewed)).one()
    return public_id


async def find_page(session: AsyncSession, public_id: str, now: datetime) -> GroupPage | None:
    """The group's page; None, one and the same, for a hidden, an unmarked and no group (P11, P14)."""
    # What no id looks like may not even be text to the database.
    asked = public_id if _FORM.fullmatch(public_id) else ""
    query = select(group_pages.c.group_id).where(group_pages.c.public_id == asked)
    group_id = await session.scalar(query)
    # Asked for no id as for one: the same statements run, whatever there is.
    group = await find_listed(session, group_id or UUID(int=0), now)
    if group is None:
        return None
    area_name = await session.scalar(select(areas.c.name).where(areas.c.code == group.area))
    return GroupPage(group, area_name or group.area, await Priorities(session, group.id).list_all())


def _new_id() -> str:
    return secrets.token_urlsafe(PUBLIC_ID_BYTES)
