"""In which groups something is due because time has passed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import GroupState
from groups.domain.memberships import BELONGING, INVITED_FOR, MembershipState
from groups.storage.tables import ballots, groups, invitations, meeting_results, memberships, terms


async def next_group_due(session: AsyncSession, now: datetime, after: UUID | None) -> UUID | None:
    """The first such group after that id, in order of id; None after the last."""
    due = union(
        select(terms.c.group_id).where(terms.c.until.is_(None), terms.c.ends_at <= now),
        select(memberships.c.group_id).where(
            memberships.c.state == MembershipState.SUSPENDED, memberships.c.suspended_until <= now
        ),
        select(memberships.c.group_id).where(
            memberships.c.state == MembershipState.INVITED, memberships.c.since <= now - INVITED_FOR
        ),
        select(ballots.c.group_id).where(
            ballots.c.closed_at.is_(None),
            or_(
                and_(ballots.c.electorate.is_(None), ballots.c.nominations_until <= now),
                ballots.c.voting_until <= now,
            ),
        ),
        select(meeting_results.c.group_id).where(
            meeting_results.c.settled_at.is_(None), meeting_results.c.takes_effect_at <= now
        ),
        select(groups.c.id).where(_founded_in_vain(now)),
    ).subquery()
    query = select(due.c.group_id)
    if after is not None:
        query = query.where(due.c.group_id > after)
    return await session.scalar(query.order_by(due.c.group_id).limit(1))


async def is_founded_in_vain(session: AsyncSession, group_id: UUID, now: datetime) -> bool:
    """Whether staff founded it, nobody belongs to it, and nobody can come any more."""
    return bool(await session.scalar(select(exists().where(groups.c.id == group_id, _founded_in_vain(now)))))


def _founded_in_vain(now: datetime) -> ColumnElement[bool]:
    return and_(
        groups.c.founding_organisation_id.is_not(None),
        groups.c.state == GroupState.ACTIVE,
        ~exists().where(
            memberships.c.group_id == groups.c.id,
            or_(memberships.c.state.in_({*BELONGING, MembershipState.INVITED}), memberships.c.undo_until > now),
        ),
        ~exists().where(invitations.c.group_id == groups.c.id, invitations.c.expires_at > now),
    )
