"""Lists of a group's members. No list takes an area or a name: P10 holds because there is nothing to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import Group
from groups.domain.memberships import BELONGING, MembershipState
from groups.domain.permissions import Standing, may_see_members
from groups.storage.current_markings import CurrentMarking, current_markings
from groups.storage.standings import forwarding, post, with_terms
from groups.storage.tables import known_people, memberships

# Who is invited and has not accepted is seen by nobody, the inviting officers included (P10).
_SHOWN_TO_OFFICERS = (MembershipState.PENDING, MembershipState.ACTIVE, MembershipState.SUSPENDED)
_SHOWN_TO_STAFF = tuple(sorted(BELONGING))


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a group as another sees them. `name` is None until identity has told it."""

    person_id: UUID
    name: str | None
    state: MembershipState
    office: str | None
    is_forwarder: bool
    since: datetime
    reason: str | None
    membership_id: UUID
    suspended_until: datetime | None
    markings: list[CurrentMarking]


@dataclass(frozen=True, slots=True)
class Belonging:
    """A person on the list that officers take along. `name` is None until identity has told it."""

    name: str | None
    office: str | None
    state: MembershipState
    since: datetime


async def list_for_member(
    session: AsyncSession, group: Group, viewer: Standing, now: datetime, *, after: UUID | None, limit: int
) -> Sequence[Member]:
    """Members as this viewer may see them (P15): officers see requests too; reasons are for officers alone."""
    query = _members(group.id, now, after, limit)
    if viewer.is_officer:
        query = query.where(memberships.c.state.in_(_SHOWN_TO_OFFICERS))
    else:
        query = query.where(memberships.c.state == MembershipState.ACTIVE)
    if not may_see_members(viewer, group):
        query = query.where(or_(post.c.office.is_not(None), memberships.c.person_id == viewer.person_id))
    return await _read(session, query, now, with_reasons=viewer.is_officer)


async def list_for_staff(
    session: AsyncSession, group: Group, now: datetime, *, after: UUID | None, limit: int
) -> Sequence[Member]:
    """Members as staff see them (P16). The caller has written the ledger in this very transaction (P17)."""
    query = _members(group.id, now, after, limit).where(memberships.c.state.in_(_SHOWN_TO_STAFF))
    return await _read(session, query, now, with_reasons=False)


async def list_belonging(session: AsyncSession, group_id: UUID, now: datetime) -> Sequence[Belonging]:
    """Everybody who belongs, by name. The caller has seen that an officer asks."""
    query = with_terms(
        select(known_people.c.display_name, post.c.office, memberships.c.state, memberships.c.since).outerjoin_from(
            memberships, known_people, known_people.c.id == memberships.c.person_id
        ),
        now,
    ).where(memberships.c.group_id == group_id, memberships.c.state.in_(BELONGING))
    rows = await session.execute(query.order_by(known_people.c.display_name, memberships.c.id))
    return [Belonging(*row) for row in rows]


async def is_shown_to_staff(session: AsyncSession, group_id: UUID, person_id: UUID) -> bool:
    """Whether staff with jurisdiction see this person in this group."""
    query = select(memberships.c.id).where(
        memberships.c.group_id == group_id,
        memberships.c.person_id == person_id,
        memberships.c.state.in_(_SHOWN_TO_STAFF),
    )
    return (await session.execute(query)).first() is not None


def _members(
    group_id: UUID, now: datetime, after: UUID | None, limit: int
) -> Select[*tuple[Any, ...]]:  # Any: the columns of Member
    query = with_terms(
        select(
            memberships.c.person_id,
            known_people.c.display_name.label("name"),
            memberships.c.state,
            post.c.office,
            forwarding.c.id.is_not(None).label("is_forwarder"),
            memberships.c.since,
            memberships.c.reason,
            memberships.c.id.label("membership_id"),
            memberships.c.suspended_until,
        ).outerjoin_from(memberships, known_people, known_people.c.id == memberships.c.person_id),
        now,
    ).where(memberships.c.group_id == group_id)
    if after is not None:
        query = query.where(memberships.c.person_id > after)
    return query.order_by(memberships.c.person_id).limit(limit)


async def _read(
    session: AsyncSession, query: Select[*tuple[Any, ...]], now: datetime, *, with_reasons: bool
) -> Sequence[Member]:  # Any: the columns of Member
    rows = (await session.execute(query)).mappings().all()
    markings = await current_markings(session, [row["membership_id"] for row in rows], now)
    members = [Member(**row, markings=markings[row["membership_id"]]) for row in rows]
    return members if with_reasons else [replace(member, reason=None, suspended_until=None) for member in members]


async def list_waiting(session: AsyncSession, group: Group, now: datetime, *, limit: int) -> Sequence[Member]:
    """Who asked to join and waits for an answer, for officers."""
    query = _members(group.id, now, None, limit).where(memberships.c.state == MembershipState.PENDING)
    return await _read(session, query, now, with_reasons=True)
