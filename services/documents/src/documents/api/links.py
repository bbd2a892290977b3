"""The page behind a release's link, and the download. GET shows and counts nothing; only POST downloads."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from shared.auth.errors import WrongPlane
from shared.errors import NotFound
from shared.http import pages
from shared.http.idempotency import IdempotentRoute

from documents.api.dependencies import FromBootstrap, Unit
from documents.api.download import download
from documents.domain.errors import Damaged
from documents.use_cases.open_link import look_at_link, open_link

router = APIRouter(route_class=IdempotentRoute)

Ref = Annotated[str, Query(max_length=100)]
Secret = Annotated[str, Query(max_length=200)]


async def public_plane(request: Request) -> None:
    """A link is not for staff or machines: with their credentials it opens nothing (P2)."""
    principal = request.state.principal
    if principal is not None and not principal.is_member:
        raise WrongPlane


@router.get("/releases/{release_id}", response_class=Response, dependencies=[Depends(public_plane)])
async def show_release(
    release_id: UUID, uow: Unit, resources: FromBootstrap, ref: Ref = "", secret: Secret = ""
) -> Response:
    try:
        link = await look_at_link(uow, resources.keys, release_id, _uuid(ref), secret)
    except NotFound:
        return _nothing()
    except Damaged:
        return _damaged()
    sender = pages.text(link.group_name) if link.group_name else "A group on OurWatch"
    note = "".join(f"<p>{pages.text(line)}</p>" for line in (link.note or "").splitlines() if line.strip())
    return pages.page(
        "A file for you",
        f"<p>{sender} has shared a file with you. You can download it until {link.until:%d %B %Y, %H:%M} UTC.</p>"
        + (f"<p>They write:</p><blockquote>{note}</blockquote>" if note else "")
        + pages.button("Download", f"/releases/{release_id}/download", ref=ref, secret=secret),
    )


@router.post("/releases/{release_id}/download", response_class=Response, dependencies=[Depends(public_plane)])
async def download_release(
    release_id: UUID,
    uow: Unit,
    resources: FromBootstrap,
    ref: Annotated[str, Form(max_length=100)] = "",
    secret: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    try:
        content = await open_link(uow, resources.keys, release_id, _uuid(ref), secret)
        return await download(resources.store, content)
    except NotFound:
        return _nothing()
    except Damaged:
        return _damaged()


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _nothing() -> Response:
    # One answer for every link that does not open: unknown, expired, revoked, used up, or with a wrong secret.
    return pages.page(
        "This link does not work",
        "<p>It may have expired, or it was withdrawn. Please ask the group that sent it to you.</p>",
        404,
    )


def _damaged() -> Response:
    return pages.page(
        "This file cannot be opened",
        "<p>It is damaged here, and asking again does not help. Please tell the group that sent it to you.</p>",
        409,
    )
