"""Reports on messages, as a table and as a drawing, for those who sent them (P5)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from shared.http.dependencies import Staff
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from messaging.api.dependencies import Belongs, Built, Unit
from messaging.api.report_chart import report_chart
from messaging.storage.reports import WardFigures
from messaging.use_cases import report_message as reporting

group_router = APIRouter(prefix="/groups/{group_id}", route_class=IdempotentRoute, tags=["reports"])
staff_router = APIRouter(prefix="/staff", route_class=IdempotentRoute, tags=["staff"])
_SVG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}}


class WardAnswer(Answer):
    """Mailboxes; `code` and `name` are null for wards with fewer than five and those that are not known, together."""

    code: str | None
    name: str | None
    sent: int
    queued: int
    withheld: int
    failed: int


class ReportAnswer(Answer):
    """The wards with most mailboxes first."""

    wards: list[WardAnswer]


@group_router.get("/messages/{message_id}/report")
async def report_message(message_id: UUID, proof: Belongs, uow: Unit, built: Built) -> ReportAnswer:
    return _table(await reporting.report_message(uow, built.keyring, proof, message_id))


@group_router.get("/messages/{message_id}/report.svg", response_class=Response, responses=_SVG)
async def draw_report(message_id: UUID, proof: Belongs, uow: Unit, built: Built) -> Response:
    return report_chart(await reporting.report_message(uow, built.keyring, proof, message_id))


@staff_router.get("/messages/{message_id}/report")
async def staff_report_alert(message_id: UUID, staff: Staff, uow: Unit, built: Built) -> ReportAnswer:
    return _table(await reporting.report_alert(uow, built.keyring, staff, message_id))


@staff_router.get("/messages/{message_id}/report.svg", response_class=Response, responses=_SVG)
async def staff_draw_report(message_id: UUID, staff: Staff, uow: Unit, built: Built) -> Response:
    return report_chart(await reporting.report_alert(uow, built.keyring, staff, message_id))


def _table(wards: Sequence[WardFigures]) -> ReportAnswer:
    return ReportAnswer(wards=[WardAnswer.model_validate(each) for each in wards])
