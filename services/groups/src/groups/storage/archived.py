"""Groups that were closed, for whoever led them then."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchGroup
from groups.domain.groups import LEADING_OFFICES, REOPENED_WITHIN, Group, GroupState
from groups.domain.memberships import MembershipState
from groups.storage.tables import groups, memberships, terms


async def list_archived(session: AsyncSession, actor: Principal, now: datetime) -> Sequence[Group]:
    """The groups that the actor led when they were closed and may open again, the last closed first."""
    query = _led_by(actor).where(groups.c.archived_at >= now - REOPENED_WITHIN)
    return (await session.scalars(query.order_by(groups.c.archived_at.desc(), groups.c.id))).all()


async def hold_archived(session: AsyncSession, actor: Principal, group_id: UUID) -> Group:
    """One of them, however long closed, locked; NoSuchGroup for everybody else and every other group (P14)."""
    query = _led_by(actor).where(groups.c.id == group_id).with_for_update(of=groups)
    group = await session.scalar(query.execution_options(populate_existing=True))
    if group is None:
        raise NoSuchGroup
    return group


def _led_by(actor: Principal) -> Select[Group]:
    # Who led is read from the terms as they were at that moment; who was erased or removed since does not belong.
    return (
        select(Group)
        .join(memberships, memberships.c.group_id == groups.c.id)
        .join(terms, (terms.c.group_id == groups.c.id) & (terms.c.person_id == memberships.c.person_id))
        .where(
            groups.c.state == GroupState.ARCHIVED,
            memberships.c.person_id == actor.id,
            memberships.c.state == MembershipState.ACTIVE,
            terms.c.office.in_(LEADING_OFFICES),
            terms.c.since <= groups.c.archived_at,
            or_(terms.c.until.is_(None), terms.c.until > groups.c.archived_at),
            or_(terms.c.ends_at.is_(None), terms.c.ends_at > groups.c.archived_at),
        )
    )
