"""Lists of groups, each for its own viewer (P14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy import ARRAY, ColumnElement, RowMapping, Select, Text, and_, any_, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import LEADING_OFFICES, Group, GroupState, Kind, Visibility, WhoSeesMembers
from groups.domain.memberships import INVITED_FOR, MembershipState
from groups.storage.absences import is_vacant
from groups.storage.areas import codes_within
from groups.storage.current_markings import CurrentMarking, current_markings
from groups.storage.pauses import pauses_now
from groups.storage.standings import post, with_terms
from groups.storage.tables import ballots, groups, memberships, pauses

_SHOWN_TO_THE_PERSON = (MembershipState.PENDING, MembershipState.ACTIVE, MembershipState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Seen:
    """A group as somebody sees it in a list."""

    id: UUID
    kind: Kind
    name: str
    purpose: str
    what_to_expect: str | None
    meeting_place: str | None
    visibility: Visibility
    who_sees_members: WhoSeesMembers
    area: str
    version: int
    markings: list[CurrentMarking]


@dataclass(frozen=True, slots=True)
class PauseSeen:
    """Why a group does not send and is not listed, and until when (P4)."""

    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Mine:
    """A group to which I belong, or asked to, or am invited."""

    group: Seen
    state: MembershipState
    office: str | None
    suspended_because: str | None
    suspended_until: datetime | None
    is_vacant: bool
    may_open_ballot: bool
    pause: PauseSeen | None
    merged_from: str | None


_origin = groups.alias("origin")

# Whether a ballot for the leading office is open.
_is_balloted = exists().where(
    ballots.c.group_id == groups.c.id, ballots.c.closed_at.is_(None), ballots.c.office.in_(LEADING_OFFICES)
)

COLUMNS = [groups.c[name] for name in Seen.__dataclass_fields__ if name != "markings"]


async def list_for_staff(
    session: AsyncSession, staff: Principal, now: datetime, *, after: UUID | None, limit: int
) -> Sequence[Seen]:
    """The groups in the assigned areas, hidden ones too (P5)."""
    within = literal(await codes_within(session, staff.areas), ARRAY(Text))
    query = select(*COLUMNS).where(groups.c.state == GroupState.ACTIVE, groups.c.area == any_(within))
    if after is not None:
        query = query.where(groups.c.id > after)
    return await read_page(session, query.order_by(groups.c.id).limit(limit), now)


async def list_mine(
    session: AsyncSession, actor: Principal, now: datetime, *, group_id: UUID | None = None
) -> Sequence[Mine]:
    """The groups that the actor belongs to, asked to join or is invited to."""
    query = with_terms(
        select(
            *COLUMNS,
            memberships.c.state,
            post.c.office,
            memberships.c.reason,
            memberships.c.suspended_until,
            is_vacant(now).label("is_vacant"),
            _is_balloted.label("balloted"),
            pauses.c.reason.label("paused_because"),
            pauses.c.ends_at.label("paused_until"),
            _origin.c.name.label("merged_from"),
        )
        .join_from(memberships, groups)
        .outerjoin(_origin, _origin.c.id == memberships.c.merged_from)
        .outerjoin(pauses, pauses_now(groups.c.id, now)),
        now,
    ).where(
        memberships.c.person_id == actor.id,
        or_(memberships.c.state.in_(_SHOWN_TO_THE_PERSON), _is_invited(now)),
        groups.c.state == GroupState.ACTIVE,
    )
    if group_id is not None:
        # Who is suspended sees that they are, in the list, and of the group itself no more than a stranger.
        query = query.where(groups.c.id == group_id, memberships.c.state != MembershipState.SUSPENDED)
    rows = (await session.execute(query.order_by(groups.c.id))).mappings().all()
    markings = await current_markings(session, [row["id"] for row in rows], now)
    return [_mine(row, markings) for row in rows]


def _is_invited(now: datetime) -> ColumnElement[bool]:
    """To whom an invitation is open. Once it has lapsed, a hidden group is as missing to them (P14)."""
    return and_(memberships.c.state == MembershipState.INVITED, memberships.c.since > now - INVITED_FOR)


async def read_page(session: AsyncSession, query: Select[*tuple[Any, ...]], now: datetime) -> Sequence[Seen]:
    """The groups of a query over `COLUMNS`, with their markings: two statements, however many groups."""
    rows = (await session.execute(query)).mappings().all()
    markings = await current_markings(session, [row["id"] for row in rows], now)
    return [_seen(row, markings) for row in rows]


def as_seen(group: Group, markings: list[CurrentMarking]) -> Seen:
    """A group in hand as it shows in a list."""
    return Seen(**{column.name: getattr(group, column.name) for column in COLUMNS}, markings=markings)


def _mine(row: RowMapping, markings: Mapping[UUID, list[CurrentMarking]]) -> Mine:
    # That nobody leads, or that it is paused, is for those who belong; who is invited is told what the group is.
    active = row["state"] is MembershipState.ACTIVE
    vacant = row["is_vacant"] and active
    paused = active and row["paused_until"] is not None
    suspended = row["state"] is MembershipState.SUSPENDED
    return Mine(
        _seen(row, markings),
        row["state"],
        None if suspended else row["office"],
        row["reason"] if suspended else None,
        row["suspended_until"],
        is_vacant=vacant,
        may_open_ballot=vacant and not row["balloted"],
        pause=PauseSeen(row["paused_because"], row["paused_until"]) if paused else None,
        merged_from=row["merged_from"],
    )


def _seen(row: RowMapping, markings: Mapping[UUID, list[CurrentMarking]]) -> Seen:
    return Seen(**{column.name: row[column.name] for column in COLUMNS}, markings=markings[row["id"]])
