"""How people stand in groups: membership, office and rights, read in one statement (P18)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import GroupState
from groups.domain.memberships import MembershipState
from groups.domain.permissions import Standing
from groups.domain.terms import FORWARDER
from groups.storage.tables import groups, memberships, terms

post = terms.alias("post")
forwarding = terms.alias("forwarding")


def with_terms(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:  # Any: the caller's columns
    """Joins the office and the forwarding right now held to a query over memberships."""
    return query.outerjoin(post, and_(_held(post), post.c.office != FORWARDER)).outerjoin(
        forwarding, and_(_held(forwarding), forwarding.c.office == FORWARDER)
    )


def _held(term: Any) -> ColumnElement[bool]:  # Any: an alias of `terms`
    return and_(
        term.c.group_id == memberships.c.group_id,
        term.c.person_id == memberships.c.person_id,
        term.c.until.is_(None),
    )


def _standings(person_id: UUID) -> Select[*tuple[Any, ...]]:  # Any: six columns that _standing reads
    query = select(
        memberships.c.group_id,
        memberships.c.person_id,
        memberships.c.state,
        memberships.c.version,
        post.c.office,
        forwarding.c.id.is_not(None),
    ).join_from(memberships, groups)
    return with_terms(query).where(memberships.c.person_id == person_id, groups.c.state == GroupState.ACTIVE)


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:  # Any: as _standings selects
    _, person_id, state, version, office, is_forwarder = row
    return Standing(person_id, state, version, office, is_forwarder)


async def standing_of(session: AsyncSession, group_id: UUID, person_id: UUID) -> Standing | None:
    """How a person stands in a group that is active; None where they never had to do with it."""
    row = (await session.execute(_standings(person_id).where(memberships.c.group_id == group_id))).first()
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


async def officers_of(session: AsyncSession, group_id: UUID) -> Sequence[UUID]:
    """Who holds an office of the group now."""
    held = select(terms.c.person_id).where(
        terms.c.group_id == group_id, terms.c.until.is_(None), terms.c.office != FORWARDER
    )
    return (await session.scalars(held)).all()
