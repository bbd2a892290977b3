"""What anybody may ask with something in hand: a link, a statement."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import StringConstraints
from shared.clock import now
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import page, text

from groups.api.answers import WHO_SEES_YOU
from groups.api.dependencies import Unit
from groups.api.words import KIND_IN_WORDS
from groups.domain.errors import NoSuchLink
from groups.domain.markings import Change
from groups.domain.statements import LARGEST_STATEMENT
from groups.storage.marking_keys import Jwks
from groups.use_cases import check_marking as checking
from groups.use_cases import list_marking_keys as keys
from groups.use_cases import show_join_link as links

router = APIRouter(route_class=IdempotentRoute)


class Statement(Body):
    statement: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_STATEMENT)]


class CheckedMarking(Answer):
    """With `genuine` false nothing else is said, whatever the cause."""

    genuine: bool
    standing: Literal["current", "expired", "withdrawn"] | None = None
    subject_kind: str | None = None
    subject_id: UUID | None = None
    group_kind: str | None = None
    area: str | None = None
    authority: str | None = None
    organisation: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    changed_since: list[Change] | None = None


@router.get("/join", response_class=HTMLResponse)
async def show_join_page(uow: Unit, secret: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    try:
        shown = await links.show_join_link(uow, secret, now())
    except NoSuchLink as refusal:
        return page("This link does not work", f"<p>{text(refusal.message)}</p>", 404)
    return page(
        shown.name,
        f"<p>{text(shown.name)} is a {KIND_IN_WORDS[shown.kind]} in {text(shown.area_name)}.</p>"
        f"<p>{text(shown.purpose)}</p>"
        + (f"<p>{text(shown.what_to_expect)}</p>" if shown.what_to_expect else "")
        + "<p>To ask to join, sign in to OurWatch, choose &ldquo;Join with a link&rdquo; and paste this page's "
        "address. The officers decide.</p>"
        f"<p>{text(WHO_SEES_YOU[shown.who_sees_members])}</p>",
    )


@router.post("/markings/check")
async def check_marking(uow: Unit, body: Statement) -> CheckedMarking:
    checked = await checking.check_marking(uow, body.statement, now())
    if checked is None:
        return CheckedMarking(genuine=False)
    draft = checked.genuine.draft
    return CheckedMarking(
        genuine=True,
        standing=checked.standing.value,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        group_kind=draft.group_kind,
        area=draft.area,
        authority=draft.authority,
        organisation=checked.organisation,
        issued_at=checked.genuine.issued_at,
        expires_at=checked.genuine.expires_at,
        changed_since=checked.changed_since,
    )


@router.get("/marking-keys")
async def list_marking_keys(uow: Unit) -> Jwks:
    return await keys.list_marking_keys(uow)
