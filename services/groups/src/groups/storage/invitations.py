"""Invitations by e-mail tag, and who they turn out to be for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.storage.tables import invitations, known_invitees

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:tag, 0))")


async def hold_tags(session: AsyncSession, *tags: str) -> None:
    """One at a time for one address: an invitation and the news of its person cannot miss each other.

    To be held before any group is locked, all of them at once: in one order nobody waits in a circle.
    """
    for tag in sorted(set(tags)):
        await session.execute(_HOLD, {"tag": tag})


async def keep_invitation(
    session: AsyncSession, group_id: UUID, tag: str, *, invited_by: UUID, expires_at: datetime
) -> None:
    """Keeps an invitation; a repeated one lasts longer and is still one."""
    row = {"group_id": group_id, "email_tag": tag, "invited_by": invited_by, "expires_at": expires_at}
    kept = insert(invitations).values(row)
    await session.execute(
        kept.on_conflict_do_update(
            index_elements=["group_id", "email_tag"],
            set_={"expires_at": func.greatest(invitations.c.expires_at, kept.excluded.expires_at)},
        )
    )


async def use_up(session: AsyncSession, group_id: UUID, tag: str) -> None:
    """An invitation that has found its person is over: it must not bring back who is removed later."""
    await session.execute(delete(invitations).where(invitations.c.group_id == group_id, invitations.c.email_tag == tag))


async def person_with_tag(session: AsyncSession, tag: str) -> UUID | None:
    """Whose confirmed address it is, as far as identity has told."""
    person_id: UUID | None = await session.scalar(
        select(known_invitees.c.id).where(known_invitees.c.email_tag == tag).limit(1)
    )
    return person_id


async def groups_inviting(session: AsyncSession, tag: str, now: datetime) -> Sequence[UUID]:
    """The groups whose invitation to this address is open, in a fixed order."""
    query = select(invitations.c.group_id).where(invitations.c.email_tag == tag, invitations.c.expires_at > now)
    return (await session.scalars(query.order_by(invitations.c.group_id))).all()
