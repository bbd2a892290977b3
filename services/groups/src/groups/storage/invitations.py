"""Invitations by e-mail tag, and who they turn out to be for."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import ColumnElement, and_, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.memberships import INVITED_FOR
from groups.storage.tables import invitation_days, invitations, known_invitees

LIFE = INVITED_FOR

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:tag, 0))")


async def hold_tags(session: AsyncSession, *tags: str) -> None:
    """One at a time for one address: an invitation and the news of its person cannot miss each other.

    To be held before any group is locked, all of them at once: in one order nobody waits in a circle.
    """
    for tag in sorted(set(tags)):
        await session.execute(_HOLD, {"tag": tag})


async def is_invited(session: AsyncSession, group_id: UUID, tag: str, now: datetime) -> bool:
    """Whether an invitation to this address is open, whoever has it."""
    query = exists().where(_of(group_id, tag), invitations.c.expires_at > now)
    return bool(await session.scalar(select(query)))


async def keep_invitation(
    session: AsyncSession, group_id: UUID, tag: str, *, invited_by: UUID, now: datetime
) -> UUID | None:
    """Keeps an invitation for 30 days, and gives its id; a repeated one lasts longer, is still one, and gives None."""
    await session.execute(delete(invitations).where(_of(group_id, tag), invitations.c.expires_at <= now))
    invitation_id, expires_at = new_id(), now + LIFE
    row = {"id": invitation_id, "group_id": group_id, "email_tag": tag, "invited_by": invited_by, "is_given": False}
    kept = insert(invitations).values(**row, expires_at=expires_at)
    kept_id = await session.scalar(
        kept.on_conflict_do_update(
            index_elements=["group_id", "email_tag"], set_={"expires_at": kept.excluded.expires_at}
        ).returning(invitations.c.id)
    )
    return invitation_id if kept_id == invitation_id else None


async def use_up(session: AsyncSession, group_id: UUID, tag: str) -> None:
    """An invitation that has found its person is spent: it must not bring back who is removed later."""
    await session.execute(update(invitations).where(_of(group_id, tag)).values(is_given=True))


async def remove_invitation(session: AsyncSession, group_id: UUID, tag: str) -> None:
    """It was withdrawn."""
    await session.execute(delete(invitations).where(_of(group_id, tag)))


async def remove_accepted(session: AsyncSession, group_id: UUID, person_id: UUID) -> None:
    """The person belongs now: the group has room for another invitation."""
    theirs = select(known_invitees.c.email_tag).where(known_invitees.c.id == person_id).scalar_subquery()
    await session.execute(
        delete(invitations).where(invitations.c.group_id == group_id, invitations.c.email_tag == theirs)
    )


async def count_open(session: AsyncSession, group_id: UUID, now: datetime) -> int:
    """How many addresses are invited and have neither accepted nor expired."""
    query = select(func.count()).where(invitations.c.group_id == group_id, invitations.c.expires_at > now)
    return await session.scalar(query) or 0


async def count_today(session: AsyncSession, group_id: UUID, today: date, most: int) -> bool:
    """Counts one more invitation of this day, unless there were so many already; whether it did."""
    first = insert(invitation_days).values(group_id=group_id, day=today, made=1)
    counted = first.on_conflict_do_update(
        index_elements=["group_id", "day"],
        set_={"made": invitation_days.c.made + 1},
        where=invitation_days.c.made < most,
    )
    return (await session.execute(counted.returning(invitation_days.c.made))).first() is not None


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Removes what expired, and the counts of days that are over. Whoever holds a row is not waited for."""
    over = select(invitations.c.id).where(invitations.c.expires_at <= now).with_for_update(skip_locked=True)
    await session.execute(delete(invitations).where(invitations.c.id.in_(over)))
    await session.execute(delete(invitation_days).where(invitation_days.c.day < now.date()))


async def person_with_tag(session: AsyncSession, tag: str) -> UUID | None:
    """Whose confirmed address it is, as far as identity has told."""
    person_id: UUID | None = await session.scalar(
        select(known_invitees.c.id).where(known_invitees.c.email_tag == tag).limit(1)
    )
    return person_id


async def groups_inviting(session: AsyncSession, tag: str, now: datetime) -> Sequence[UUID]:
    """The groups whose invitation to this address is open and waits for its person, in a fixed order."""
    query = select(invitations.c.group_id).where(
        invitations.c.email_tag == tag, invitations.c.expires_at > now, ~invitations.c.is_given
    )
    return (await session.scalars(query.order_by(invitations.c.group_id))).all()


def _of(group_id: UUID, tag: str) -> ColumnElement[bool]:
    return and_(invitations.c.group_id == group_id, invitations.c.email_tag == tag)
