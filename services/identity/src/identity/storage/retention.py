"""Finds accounts that nobody uses."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane
from sqlalchemy import Row, Select, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import AccountState
from identity.domain.retention import Retention
from identity.storage.tables import accounts, links, mail_queue

_last_active = func.coalesce(accounts.c.last_active_at, accounts.c.created_at)
_is_member = (accounts.c.plane == Plane.MEMBER) & (accounts.c.state == AccountState.ACTIVE)


async def take_unwarned(
    session: AsyncSession, kept: Retention, now: datetime, most: int
) -> Sequence[Row[UUID, datetime]]:
    """Marks members who were away for long as warned, and says who they are and since when; each is taken once."""
    due = (
        select(accounts.c.id)
        .where(_is_member, _last_active < kept.notice_for_activity_before(now))
        .where(or_(accounts.c.warned_at.is_(None), accounts.c.warned_at < _last_active))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = update(accounts).where(accounts.c.id.in_(due)).values(warned_at=now, notice_sent_at=None)
    return (await session.execute(taken.returning(accounts.c.id, _last_active))).all()


async def note_notice_sent(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """From now on the time runs in which they may come back; nothing where they have come back by now."""
    warned = (accounts.c.id == account_id) & accounts.c.warned_at.is_not(None)
    await session.execute(update(accounts).where(warned).values(notice_sent_at=now))


async def inactive_member(
    session: AsyncSession, kept: Retention, now: datetime, *, after: UUID | None = None, only: UUID | None = None
) -> UUID | None:
    """A member, the first after an id or `only` this one, who was away for too long and did not come back.

    They were told so in time, or it was tried for long enough.
    """
    told = (accounts.c.notice_sent_at >= _last_active) & (accounts.c.notice_sent_at < kept.erase_for_notice_before(now))
    chosen = select(accounts.c.id).where(
        _is_member,
        _last_active < kept.erase_for_activity_before(now),
        accounts.c.warned_at >= _last_active,
        or_(told, accounts.c.warned_at < kept.erase_untold_for_warning_before(now)),
    )
    found: UUID | None = await session.scalar(_one_of(chosen, after, only))
    return found


async def unconfirmed_account(
    session: AsyncSession, kept: Retention, now: datetime, *, after: UUID | None = None, only: UUID | None = None
) -> UUID | None:
    """An account, the first after an id or `only` this one, that nobody opened; no link to it works or is unsent."""
    open_link = exists().where(links.c.account_id == accounts.c.id, links.c.expires_at > now)
    unsent = exists().where(mail_queue.c.account_id == accounts.c.id)
    chosen = select(accounts.c.id).where(
        accounts.c.state == AccountState.REGISTERED, accounts.c.created_at < now - kept.unconfirmed, ~open_link, ~unsent
    )
    found: UUID | None = await session.scalar(_one_of(chosen, after, only))
    return found


def _one_of(chosen: Select[UUID], after: UUID | None, only: UUID | None) -> Select[UUID]:
    if only is not None:
        return chosen.where(accounts.c.id == only)
    following = chosen if after is None else chosen.where(accounts.c.id > after)
    return following.order_by(accounts.c.id).limit(1)
