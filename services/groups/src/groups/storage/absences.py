"""Who holds an office at this moment, and whether the leader is there: read each time, kept nowhere (P12, P18)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Assurance, Principal
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    DateTime,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import LEADING_OFFICES, OFFICES
from groups.domain.memberships import MembershipState
from groups.domain.permissions import Standing
from groups.domain.terms import AWAY_AFTER
from groups.storage.tables import groups, memberships, terms

# A moment, or where a statement that is built once will have it.
Moment = datetime | BindParameter[datetime]

_leading = terms.alias("leading")
_leader = memberships.alias("leader")
_deputy = memberships.alias("deputy")


def is_held(term: Any, now: Moment) -> ColumnElement[bool]:  # Any: `terms` or an alias of it
    """A condition: the term neither ended nor ran out, whether or not somebody has noted that it did (P18)."""
    return and_(term.c.until.is_(None), or_(term.c.ends_at.is_(None), term.c.ends_at > now))


def stands_in(term: Any, now: Moment) -> ColumnElement[bool]:  # Any: `terms` or an alias of it
    """A condition on `groups` and an outer joined term: it is the deputy's, and no leader is there (P12)."""
    is_there = exists().where(
        _deputy.c.group_id == term.c.group_id,
        _deputy.c.person_id == term.c.person_id,
        _deputy.c.state == MembershipState.ACTIVE,
    )
    return and_(term.c.id.is_not(None), term.c.office == _office(1), is_there, ~_leads(now, is_there=True))


def is_vacant(now: datetime) -> ColumnElement[bool]:
    """A condition on `groups`: nobody holds the leading office."""
    return ~_leads(now)


async def see(session: AsyncSession, group_id: UUID, actor: Principal, standing: Standing, now: datetime) -> None:
    """Notes the day on which a leader was seen in the group, at most once a day; of nobody else (P12).

    And once of each officer that they have a second factor (P30).
    """
    theirs = update(terms).where(
        terms.c.group_id == group_id,
        terms.c.person_id == standing.person_id,
        terms.c.office == standing.office,
        terms.c.until.is_(None),
    )
    today = now.date()
    if standing.office in LEADING_OFFICES and standing.seen_on is not None and standing.seen_on < today:
        await session.execute(theirs.where(terms.c.last_seen_on < today).values(last_seen_on=today))
    if standing.is_officer and not standing.has_shown_factor and actor.assurance is Assurance.TWO_FACTORS:
        await session.execute(theirs.where(terms.c.shown_factor_at.is_(None)).values(shown_factor_at=now))


def _leads(now: Moment, *, is_there: bool = False) -> ColumnElement[bool]:
    leading = exists().where(
        _leading.c.group_id == groups.c.id, _leading.c.office == _office(0), is_held(_leading, now)
    )
    if not is_there:
        return leading
    today = cast(func.timezone("UTC", type_coerce(now, DateTime(timezone=True))), Date)
    return leading.where(
        _leading.c.last_seen_on > today - AWAY_AFTER,
        or_(_leading.c.absent_until.is_(None), _leading.c.absent_until < today),
        _leader.c.group_id == _leading.c.group_id,
        _leader.c.person_id == _leading.c.person_id,
        _leader.c.state == MembershipState.ACTIVE,
    )


def _office(rank: int) -> ColumnElement[str]:
    return case({kind: offices[rank] for kind, offices in OFFICES.items()}, value=groups.c.kind)
