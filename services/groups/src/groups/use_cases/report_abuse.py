"""Somebody reports abuse in a group, past its officers, to police and coordinators of the area."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.abuse_reports import AbuseReport
from groups.domain.errors import AccountIsOver, NoSuchGroup, TooManyReports
from groups.storage.abuse_reports import add_report, may_report
from groups.storage.directory import find_listed
from groups.storage.groups import Groups
from groups.storage.known import hold_open_account


async def report_abuse(
    uow: UnitOfWork, actor: Principal, group_id: UUID, text: str, *, is_named: bool, now: datetime
) -> None:
    """By who belongs, suspended or not, and for 30 days by who was removed: those need it most.

    NoSuchGroup for everybody else, as for no group (P14); TooManyReports, AccountIsOver.
    """
    async with uow:
        if not await hold_open_account(uow.session, actor.id):
            raise AccountIsOver
        if not await may_report(uow.session, group_id, actor.id, now):
            raise NoSuchGroup
        await Groups(uow.session).locked(group_id)
        report = AbuseReport.of_member(group_id, actor.id, text, now, is_named=is_named)
        if not await add_report(uow.session, report):
            raise TooManyReports


async def report_abuse_from_outside(
    uow: UnitOfWork, group_id: UUID, *, text: str, reply_to: str | None, now: datetime
) -> None:
    """About a group of the directory. Of any other nothing is kept, and after ten a day neither: nothing is said."""
    async with uow:
        if await find_listed(uow.session, group_id, now) is None:
            return
        await Groups(uow.session).locked(group_id)
        await add_report(uow.session, AbuseReport.from_outside(group_id, text, reply_to, now))
