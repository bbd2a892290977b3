"""Abuse is reported past a group's officers, and read by staff of its area."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer, Body, Paragraphs
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import After, Limit, Unit
from groups.api.joining import Email
from groups.use_cases import close_abuse_report as closing
from groups.use_cases import report_abuse as reporting

router = APIRouter(route_class=IdempotentRoute)

Text = Annotated[Paragraphs, StringConstraints(max_length=2_000)]
AfterClosed = Annotated[bool, Query(description="With `after`: whether the last report of the page before was closed")]


class NewReport(Body):
    """With `named` police and coordinators of the area read who wrote it; nobody else ever does."""

    text: Text
    named: bool = False


class ReportFromOutside(Body):
    """`reply_to` is shown to police and coordinators of the area until they close the report."""

    text: Text
    reply_to: Email | None = None


class ReportAccepted(Answer):
    """From outside the same whatever the group, and whether there is one."""

    accepted: bool = True


class ReportAnswer(Answer):
    """`reporter` is a name where its owner said so; `note` is there for the organisation that closed the report."""

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


class ReportPage(Answer):
    reports: list[ReportAnswer]


class Closing(Body):
    note: Text


@router.post("/groups/{group_id}/abuse-reports", status_code=202)
async def report_abuse(member: Member, uow: Unit, group_id: UUID, body: NewReport) -> ReportAccepted:
    await reporting.report_abuse(uow, member, group_id, body.text, is_named=body.named, now=now())
    return ReportAccepted()


@router.post("/directory/{group_id}/abuse-reports", status_code=202)
async def report_abuse_from_outside(uow: Unit, group_id: UUID, body: ReportFromOutside) -> ReportAccepted:
    await reporting.report_abuse_from_outside(uow, group_id, text=body.text, reply_to=body.reply_to, now=now())
    return ReportAccepted()


@router.get("/staff/abuse-reports")
async def list_abuse_reports(
    staff: Staff, uow: Unit, after: After = None, after_closed: AfterClosed = False, limit: Limit = 50
) -> ReportPage:
    last = (after_closed, after) if after else None
    found = await closing.list_abuse_reports(uow, staff, after=last, limit=limit)
    return ReportPage(reports=[ReportAnswer.model_validate(report) for report in found])


@router.post("/staff/abuse-reports/{report_id}/close", status_code=204)
async def close_abuse_report(staff: Staff, uow: Unit, report_id: UUID, body: Closing) -> None:
    await closing.close_abuse_report(uow, staff, report_id, body.note, now())
