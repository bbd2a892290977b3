"""Urgent alerts that one person sent alone, until a second has looked at them (P26)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.storage.tables import reviews


class Review(NamedTuple):
    message_id: UUID
    sent_by: UUID
    due_at: datetime


async def ask_for_review(
    session: AsyncSession, message_id: UUID, organisation_id: UUID, sent_by: UUID, due_at: datetime
) -> None:
    row = {"message_id": message_id, "organisation_id": organisation_id, "sent_by": sent_by, "due_at": due_at}
    await session.execute(insert(reviews).values(row))


async def open_reviews(session: AsyncSession, organisation_id: UUID) -> Sequence[Review]:
    """What waits for a second person of this organisation, the most pressing first."""
    query = (
        select(reviews.c.message_id, reviews.c.sent_by, reviews.c.due_at)
        .where(reviews.c.organisation_id == organisation_id, reviews.c.reviewed_at.is_(None))
        .order_by(reviews.c.due_at)
    )
    return [Review(*row) for row in await session.execute(query)]


async def sender_to_review(session: AsyncSession, message_id: UUID, organisation_id: UUID) -> UUID | None:
    """Who sent it alone, where the review is open still; it is held until the transaction ends."""
    query = select(reviews.c.sent_by).where(
        reviews.c.message_id == message_id,
        reviews.c.organisation_id == organisation_id,
        reviews.c.reviewed_at.is_(None),
    )
    return await session.scalar(query.with_for_update())


async def close_review(session: AsyncSession, message_id: UUID, by: UUID, at: datetime) -> None:
    done = update(reviews).where(reviews.c.message_id == message_id)
    await session.execute(done.values(reviewed_by=by, reviewed_at=at))
