"""The link by which a scheme's coordinator agrees to take another scheme in: one a scheme, good once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchLink
from groups.domain.links import Purpose, digest_of
from groups.storage.tables import merge_links


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which scheme takes another in, and who said so for it."""

    group_id: UUID
    made_by: UUID


async def put_merge_link(
    session: AsyncSession, group_id: UUID, secret: str, *, made_by: UUID, expires_at: datetime
) -> None:
    """The one before opens nothing any more."""
    fresh = insert(merge_links).values(
        group_id=group_id, digest=digest_of(secret, Purpose.MERGE), made_by=made_by, expires_at=expires_at
    )
    replaced = {name: fresh.excluded[name] for name in ("digest", "made_by", "expires_at")}
    await session.execute(fresh.on_conflict_do_update(index_elements=["group_id"], set_=replaced))


async def find_agreement(session: AsyncSession, secret: str, now: datetime) -> Agreement:
    """Locks and uses nothing. NoSuchLink for every secret that opens nothing, alike."""
    query = select(merge_links.c.group_id, merge_links.c.made_by).where(_opened_by(secret, now))
    row = (await session.execute(query)).first()
    if row is None:
        raise NoSuchLink
    return Agreement(*row)


async def use_agreement(session: AsyncSession, secret: str, now: datetime) -> None:
    """Whoever uses it is the only one. NoSuchLink."""
    used = delete(merge_links).where(_opened_by(secret, now)).returning(merge_links.c.group_id)
    if (await session.execute(used)).first() is None:
        raise NoSuchLink


async def forget_expired_merge_links(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(merge_links).where(merge_links.c.expires_at <= now))


def _opened_by(secret: str, now: datetime) -> ColumnElement[bool]:
    return and_(merge_links.c.digest == digest_of(secret, Purpose.MERGE), merge_links.c.expires_at > now)
