"""Reports of abuse: kept up to ten a day, read and closed by staff of the group's area (P5)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.principal import Principal
from sqlalchemy import ColumnElement, and_, case, delete, exists, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.abuse_reports import A_DAY, KEPT_CLOSED, LATEST_AFTER_REMOVAL, MOST_A_DAY, AbuseReport
from groups.domain.errors import NoSuchReport, ReportIsClosed
from groups.domain.groups import GroupState
from groups.domain.markings import Human
from groups.domain.memberships import BELONGING, MembershipState
from groups.storage.areas import areas_within
from groups.storage.tables import abuse_reports, groups, known_people, memberships

_is_closed = abuse_reports.c.closed_at.is_not(None)


@dataclass(frozen=True, slots=True)
class SeenReport:
    """A report as staff read it. `note` is for the organisation that wrote it (P5)."""

    id: UUID
    group_id: UUID
    group_name: str
    from_member: bool
    reporter: str | None
    reply_to: str | None
    text: str
    reported_at: datetime
    closed_at: datetime | None
    note: str | None


async def may_report(session: AsyncSession, group_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Active and suspended members, and who was removed or refused within the last 30 days."""
    query = (
        select(memberships.c.id)
        .join_from(memberships, groups)
        .where(
            memberships.c.group_id == group_id,
            memberships.c.person_id == person_id,
            groups.c.state == GroupState.ACTIVE,
            or_(
                memberships.c.state.in_(BELONGING),
                and_(memberships.c.state == MembershipState.REMOVED, memberships.c.since > now - LATEST_AFTER_REMOVAL),
            ),
        )
    )
    return await session.scalar(query) is not None


async def add_report(session: AsyncSession, report: AbuseReport) -> bool:
    """Whether there was room for it: ten a day. The group is locked, so none is overlooked."""
    same = abuse_reports.c.reporter_id.is_not_distinct_from(report.reporter_id)
    lately = abuse_reports.c.reported_at > report.reported_at - A_DAY
    counted = select(func.count()).where(abuse_reports.c.group_id == report.group_id, same, lately)
    if (await session.scalar(counted) or 0) >= MOST_A_DAY:
        return False
    row = asdict(report) | {"from_member": report.reporter_id is not None}
    await session.execute(insert(abuse_reports).values(row))
    return True


async def list_reports(
    session: AsyncSession, staff: Principal, human: Human, *, after: tuple[bool, UUID] | None, limit: int
) -> Sequence[SeenReport]:
    """A page of the reports in the assigned areas, the open ones first, the longest waiting first of these.

    None of a group to which this human belongs by any account (P5, P6).

    `after` is whether the last report of the page before was closed, and its id.
    """
    own_note = abuse_reports.c.closed_by_organisation == staff.organisation_id
    columns: list[ColumnElement[Any]] = [  # Any: the fields of SeenReport, in their order
        abuse_reports.c.id,
        groups.c.id,
        groups.c.name,
        abuse_reports.c.from_member,
        case((abuse_reports.c.is_named, known_people.c.display_name)),
        abuse_reports.c.reply_to,
        abuse_reports.c.text,
        abuse_reports.c.reported_at,
        abuse_reports.c.closed_at,
        case((own_note, abuse_reports.c.note)),
    ]
    query = (
        select(*columns)
        .join_from(abuse_reports, groups)
        .outerjoin(known_people, known_people.c.id == abuse_reports.c.reporter_id)
        .where(_may_see(staff, human))
        .order_by(_is_closed, abuse_reports.c.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(_is_closed, abuse_reports.c.id) > tuple_(*after))
    return [SeenReport(*row) for row in await session.execute(query)]


async def close_report(
    session: AsyncSession, staff: Principal, human: Human, report_id: UUID, note: str, now: datetime
) -> None:
    """NoSuchReport, also for one elsewhere; ReportIsClosed. Nobody is answered any more, so `reply_to` goes."""
    theirs = and_(
        abuse_reports.c.id == report_id,
        abuse_reports.c.group_id.in_(select(groups.c.id).where(_may_see(staff, human))),
    )
    closed = (
        update(abuse_reports)
        .where(theirs, ~_is_closed)
        .values(
            closed_at=now,
            closed_by=staff.id,
            closed_by_organisation=staff.organisation_id,
            note=note,
            reply_to=None,
        )
    )
    if (await session.execute(closed.returning(abuse_reports.c.id))).first() is not None:
        return
    if await session.scalar(select(abuse_reports.c.id).where(theirs)) is None:
        raise NoSuchReport
    raise ReportIsClosed


async def forget_closed_reports(session: AsyncSession, now: datetime) -> None:
    """Removes those that were closed a year ago."""
    await session.execute(delete(abuse_reports).where(abuse_reports.c.closed_at <= now - KEPT_CLOSED))


def _may_see(staff: Principal, human: Human) -> ColumnElement[bool]:
    belongs = exists().where(
        memberships.c.group_id == groups.c.id,
        memberships.c.person_id.in_(human.accounts),
        memberships.c.state.in_(BELONGING),
    )
    # Closed groups too: that a group has ended does not end what was done in it.
    return groups.c.area.in_(select(areas_within(staff.areas).c.code)) & ~belongs
