"""Join links. Uses are counted by one conditional statement, so that no race adds one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchLink
from groups.domain.groups import GroupState, Kind, WhoSeesMembers
from groups.domain.links import JoinLink, Purpose, digest_of
from groups.storage.tables import areas, groups, join_links


@dataclass(frozen=True, slots=True)
class Shown:
    """What a join link says to whoever holds it (P14)."""

    link_id: UUID
    group_id: UUID
    kind: Kind
    name: str
    purpose: str
    what_to_expect: str | None
    who_sees_members: WhoSeesMembers
    area_name: str


class JoinLinks:
    """Links of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, link: JoinLink, secret: str, made_by: UUID) -> None:
        row = {
            "id": link.id,
            "group_id": link.group_id,
            "digest": digest_of(secret, Purpose.JOIN),
            "most_uses": link.most_uses,
            "uses": 0,
            "expires_at": link.expires_at,
            "made_by": made_by,
        }
        await self._session.execute(insert(join_links).values(row))

    async def show(self, secret: str, now: datetime) -> Shown:
        """What a live link says; NoSuchLink for every other, alike."""
        query = (
            select(
                join_links.c.id,
                groups.c.id,
                groups.c.kind,
                groups.c.name,
                groups.c.purpose,
                groups.c.what_to_expect,
                groups.c.who_sees_members,
                areas.c.name,
            )
            .join_from(join_links, groups)
            .join(areas)
            .where(
                join_links.c.digest == digest_of(secret, Purpose.JOIN),
                _is_live(now),
                groups.c.state == GroupState.ACTIVE,
            )
        )
        row = (await self._session.execute(query)).first()
        if row is None:
            raise NoSuchLink
        return Shown(*row)

    async def use(self, link_id: UUID, now: datetime) -> None:
        """Counts one use; NoSuchLink where there is none left."""
        counted = (
            update(join_links)
            .where(join_links.c.id == link_id, _is_live(now))
            .values(uses=join_links.c.uses + 1)
            .returning(join_links.c.id)
        )
        if await self._session.scalar(counted) is None:
            raise NoSuchLink

    async def revoke(self, group_id: UUID, link_id: UUID, now: datetime) -> None:
        """Ends a link of this group for good; NoSuchLink where the group has no such link."""
        known = and_(join_links.c.id == link_id, join_links.c.group_id == group_id)
        if await self._session.scalar(select(join_links.c.id).where(known)) is None:
            raise NoSuchLink
        ended = update(join_links).where(known, join_links.c.revoked_at.is_(None)).values(revoked_at=now)
        await self._session.execute(ended)


def _is_live(now: datetime) -> ColumnElement[bool]:
    return and_(
        join_links.c.revoked_at.is_(None),
        join_links.c.expires_at > now,
        join_links.c.uses < join_links.c.most_uses,
    )
