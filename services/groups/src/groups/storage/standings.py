"""How people stand in groups: membership, office and rights, read in one statement (P18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Row, Select, Uuid, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import GroupState
from groups.domain.memberships import MembershipState
from groups.domain.permissions import Standing
from groups.domain.terms import FORWARDER
from groups.storage.absences import Moment, is_held, stands_in
from groups.storage.tables import groups, memberships, terms

post = terms.alias("post")
forwarding = terms.alias("forwarding")


def with_terms(query: Select[*tuple[Any, ...]], now: Moment) -> Select[*tuple[Any, ...]]:  # Any: the caller's columns
    """Joins the office and the forwarding held at this moment to a query over memberships."""
    return query.outerjoin(post, and_(_theirs(post, now), post.c.office != FORWARDER)).outerjoin(
        forwarding, and_(_theirs(forwarding, now), forwarding.c.office == FORWARDER)
    )


def _theirs(term: Any, now: Moment) -> ColumnElement[bool]:  # Any: an alias of `terms`
    return and_(
        term.c.group_id == memberships.c.group_id, term.c.person_id == memberships.c.person_id, is_held(term, now)
    )


def _standing_query() -> Select[*tuple[Any, ...]]:  # Any: the columns that _standing reads
    now = bindparam("now", type_=DateTime(timezone=True))
    query = select(
        memberships.c.group_id,
        memberships.c.person_id,
        memberships.c.state,
        memberships.c.version,
        post.c.office,
        forwarding.c.id.is_not(None),
        stands_in(post, now),
        post.c.last_seen_on,
        post.c.shown_factor_at.is_not(None),
    ).join_from(memberships, groups)
    return with_terms(query, now).where(
        memberships.c.group_id == bindparam("group_id", type_=Uuid),
        memberships.c.person_id == bindparam("person_id", type_=Uuid),
        groups.c.state == GroupState.ACTIVE,
    )


# Built once: every request asks it, and putting it together takes longer than its answer.
_STANDING = _standing_query()


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:  # Any: as _STANDING selects
    return Standing(*row[1:])


async def standing_of(session: AsyncSession, group_id: UUID, person_id: UUID, now: datetime) -> Standing | None:
    """How a person stands in a group that is active; None where they never had to do with it."""
    row = (await session.execute(_STANDING, {"group_id": group_id, "person_id": person_id, "now": now})).first()
    return None if row is None else _standing(row)


async def groups_of(session: AsyncSession, person_id: UUID) -> frozenset[UUID]:
    """The active groups of which the person is an active member."""
    query = (
        select(memberships.c.group_id)
        .join_from(memberships, groups)
        .where(
            memberships.c.person_id == person_id,
            memberships.c.state == MembershipState.ACTIVE,
            groups.c.state == GroupState.ACTIVE,
        )
    )
    return frozenset(await session.scalars(query))


async def officers_of(session: AsyncSession, group_id: UUID, now: datetime) -> Sequence[UUID]:
    """Who holds an office of the group now."""
    held = select(terms.c.person_id).where(
        terms.c.group_id == group_id, is_held(terms, now), terms.c.office != FORWARDER
    )
    return (await session.scalars(held)).all()
