"""Schemes that a coordinator prepares, and the resident who takes one over."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer, Body, GssCode, Line
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import page, text

from groups.api.dependencies import After, Built, Limit, Unit
from groups.api.groups import ChangedGroup, Purpose
from groups.domain.errors import NoSuchLink
from groups.domain.groups import Visibility
from groups.use_cases import prepare_scheme as preparing
from groups.use_cases import take_over_scheme as taking_over

router = APIRouter(route_class=IdempotentRoute)


class NewScheme(Body):
    name: Line
    purpose: Purpose
    visibility: Visibility
    area: GssCode


class SchemeAnswer(Answer):
    """Prepared, and nobody's until `expires_at`."""

    id: UUID
    name: str
    purpose: str
    visibility: Visibility
    area: str
    made_at: datetime
    expires_at: datetime


class PreparedAnswer(SchemeAnswer):
    """The secret is shown this once. The page behind `url` says what the scheme is."""

    secret: str
    url: str


class SchemePage(Answer):
    schemes: list[SchemeAnswer]


class TakeOver(Body):
    secret: Annotated[str, StringConstraints(min_length=1, max_length=200)]


@router.get("/staff/schemes")
async def list_prepared_schemes(staff: Staff, uow: Unit, after: After = None, limit: Limit = 50) -> SchemePage:
    found = await preparing.list_prepared_schemes(uow, staff, after=after, limit=limit, now=now())
    return SchemePage(schemes=[SchemeAnswer.model_validate(scheme) for scheme in found])


@router.post("/staff/schemes", status_code=201)
async def prepare_scheme(staff: Staff, uow: Unit, resources: Built, body: NewScheme) -> PreparedAnswer:
    made = await preparing.prepare_scheme(uow, staff, **dict(body), now=now())
    return PreparedAnswer(
        **SchemeAnswer.model_validate(made.scheme).model_dump(),
        secret=made.secret,
        url=f"{resources.public_url}/schemes/take-over?secret={made.secret}",
    )


@router.delete("/staff/schemes/{scheme_id}", status_code=204)
async def revoke_prepared_scheme(staff: Staff, uow: Unit, scheme_id: UUID) -> None:
    await preparing.revoke_prepared_scheme(uow, staff, scheme_id, now())


@router.get("/schemes/take-over", response_class=HTMLResponse)
async def show_prepared_scheme(uow: Unit, secret: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    try:
        shown = await taking_over.show_prepared_scheme(uow, secret, now())
    except NoSuchLink as refusal:
        return page("This link does not work", f"<p>{text(refusal.message)}</p>", 404)
    by = f" by {text(shown.organisation)}" if shown.organisation else ""
    return page(
        shown.name,
        f"<p>{text(shown.name)}, a Neighbourhood Watch scheme in {text(shown.area_name)}, has been prepared{by}.</p>"
        f"<p>{text(shown.purpose)}</p>"
        "<p>To coordinate it, sign in to OurWatch, choose &ldquo;Take over a scheme&rdquo; and paste this page's "
        "address. The scheme is then yours and its members': whoever prepared it has no part in it.</p>",
    )


@router.post("/schemes/take-over", status_code=201)
async def take_over_scheme(member: Member, uow: Unit, body: TakeOver) -> ChangedGroup:
    return ChangedGroup.model_validate(await taking_over.take_over_scheme(uow, member, body.secret, now()))
