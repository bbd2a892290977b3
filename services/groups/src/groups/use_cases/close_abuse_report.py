"""Police and coordinators read the reports of abuse in their areas, and close them (P5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage import abuse_reports
from groups.storage.abuse_reports import SeenReport
from groups.storage.known import human_behind
from groups.use_cases.staff_acts import must_be_in_service


async def list_abuse_reports(
    uow: UnitOfWork, staff: Principal, *, after: tuple[bool, UUID] | None, limit: int
) -> Sequence[SeenReport]:
    """Names nobody who did not ask for it. NotYourRole."""
    async with uow:
        await must_be_in_service(uow.session, staff)
        # Nothing is written to the ledger: it would tell the officers that somebody reported them.
        human = await human_behind(uow.session, staff)
        return await abuse_reports.list_reports(uow.session, staff, human, after=after, limit=limit)


async def close_abuse_report(uow: UnitOfWork, staff: Principal, report_id: UUID, note: str, now: datetime) -> None:
    """Once; the note stays the organisation's own. NotYourRole, NoSuchReport, ReportIsClosed."""
    async with uow:
        await must_be_in_service(uow.session, staff)
        human = await human_behind(uow.session, staff)
        await abuse_reports.close_report(uow.session, staff, human, report_id, note, now)
