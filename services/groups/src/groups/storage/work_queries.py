"""Work lists over the groups of assigned areas (P5). They name groups and never a person, so no look is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy import ARRAY, ColumnElement, Text, and_, any_, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import OFFICES, GroupState, Kind
from groups.domain.markings import RENEWAL, Authority
from groups.domain.memberships import MembershipState
from groups.domain.terms import FORWARDER
from groups.domain.work_lists import WorkList
from groups.storage.absences import is_held, is_vacant
from groups.storage.areas import codes_within
from groups.storage.markings import is_current
from groups.storage.tables import groups, known_comms_issues, marking_entries, memberships, terms

FEW = 1


@dataclass(frozen=True, slots=True)
class Work:
    """A group on a list: whether it is itself what waits there, and whether who coordinates it is."""

    group_id: UUID
    kind: Kind
    name: str
    area: str
    is_group: bool
    is_coordinator: bool


async def list_work(
    session: AsyncSession,
    staff: Principal,
    authority: Authority,
    work: WorkList,
    now: datetime,
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[Work]:
    """A page of groups that need something of this authority's staff, by id: two statements."""
    within = literal(await codes_within(session, staff.areas), ARRAY(Text))
    of_group, of_coordinator = _conditions(work, authority, now)
    query = select(groups.c.id, groups.c.kind, groups.c.name, groups.c.area, of_group, of_coordinator).where(
        groups.c.state == GroupState.ACTIVE,
        groups.c.area == any_(within),
        or_(of_group, of_coordinator),
    )
    if after is not None:
        query = query.where(groups.c.id > after)
    return [Work(*row) for row in await session.execute(query.order_by(groups.c.id).limit(limit))]


def _conditions(work: WorkList, authority: Authority, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    nobody: ColumnElement[bool] = literal(value=False)
    if work is WorkList.AWAITING_MARKING:
        return ~_marked(groups.c.id, authority, now), _coordinator(~_marked(memberships.c.id, authority, now), now)
    if work is WorkList.EXPIRING:
        return _ending(groups.c.id, authority, now), _coordinator(_ending(memberships.c.id, authority, now), now)
    if work is WorkList.WITHOUT_LEADER:
        return is_vacant(now), nobody
    if work is WorkList.WITHOUT_SECOND_FACTOR:
        officer = exists().where(
            terms.c.group_id == groups.c.id,
            terms.c.office != FORWARDER,
            terms.c.shown_factor_at.is_(None),
            is_held(terms, now),
        )
        return officer, nobody
    if work is WorkList.COMMS_ISSUES:
        unreached = exists().where(
            memberships.c.group_id == groups.c.id,
            memberships.c.state == MembershipState.ACTIVE,
            memberships.c.person_id == known_comms_issues.c.person_id,
            known_comms_issues.c.state == "open",
        )
        return unreached, nobody
    active = select(func.count()).where(
        memberships.c.group_id == groups.c.id, memberships.c.state == MembershipState.ACTIVE
    )
    return active.scalar_subquery() <= FEW, nobody


def _marked(subject_id: Any, authority: Authority, now: datetime) -> ColumnElement[bool]:  # Any: a column of ids
    return exists().where(_own(subject_id, authority, now))


def _ending(subject_id: Any, authority: Authority, now: datetime) -> ColumnElement[bool]:  # Any: a column of ids
    lasts = exists().where(_own(subject_id, authority, now), marking_entries.c.expires_at > now + RENEWAL)
    return and_(_marked(subject_id, authority, now), ~lasts)


def _own(subject_id: Any, authority: Authority, now: datetime) -> ColumnElement[bool]:  # Any: a column of ids
    return and_(marking_entries.c.subject_id == subject_id, marking_entries.c.authority == authority, is_current(now))


def _coordinator(condition: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    """That the membership of who coordinates a scheme fulfils the condition."""
    return exists().where(
        terms.c.group_id == groups.c.id,
        terms.c.office == OFFICES[Kind.NEIGHBOURHOOD_WATCH][0],
        is_held(terms, now),
        memberships.c.group_id == terms.c.group_id,
        memberships.c.person_id == terms.c.person_id,
        condition,
    )
