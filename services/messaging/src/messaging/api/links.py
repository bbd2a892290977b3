"""The pages behind mailed links: saying yes to a list, and leaving with one click. GET shows, POST does."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse
from pydantic import StringConstraints
from shared.clock import now
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import button, page

from messaging.api.dependencies import Built, Unit
from messaging.use_cases import confirm_contact as confirming
from messaging.use_cases import leave as leaving

router = APIRouter(route_class=IdempotentRoute, tags=["links"])

Token = Annotated[str, StringConstraints(max_length=400)]
InQuery = Annotated[Token, Query(alias="token")]
InForm = Annotated[Token, Form(alias="token")]


@router.get("/contacts/confirm", response_class=HTMLResponse)
async def show_contact_confirmation(secret: Annotated[Token, Query()]) -> HTMLResponse:
    return page(
        "Join this mailing list?",
        "<p>Press the button if you would like to get emails from this list. You can leave it at any time.</p>"
        + button("Yes, put me on the list", "/contacts/confirm", secret=secret),
    )


@router.post("/contacts/confirm", response_class=HTMLResponse)
async def confirm_contact(secret: Annotated[Token, Form()], uow: Unit, built: Built) -> HTMLResponse:
    await confirming.confirm_contact(uow, built.keyring, secret, now())
    return page("Thank you", "<p>If this link was still open, you are on the list now.</p>")


@router.get("/leave", response_class=HTMLResponse)
async def show_leave(token: InQuery = "") -> HTMLResponse:
    return page(
        "Leave these emails?",
        "<p>Press the button if you want no more emails of this kind. If you belong to a group, you stay in it.</p>"
        + button("Leave", "/leave", token=token),
    )


# The answer is the same for any token, so it promises nothing that a link which was cut off on its way cannot keep.
# A mail program presses this by itself, with the token in the address and `List-Unsubscribe=One-Click` as the form
# (RFC 8058 section 3.1); a person presses the page's button, with the token in the form.
@router.post("/leave", response_class=HTMLResponse)
async def leave(uow: Unit, built: Built, in_query: InQuery = "", in_form: InForm = "") -> HTMLResponse:
    token = in_form or in_query
    await leaving.leave(uow, built.keyring, token, now())
    return page(
        "Thank you",
        "<p>If this link was whole, you will get no more of these emails, and you can undo this for seven days.</p>"
        "<p>If you still get them, please use the link in the newest email.</p>"
        + button("Undo", "/leave/undo", token=token),
    )


@router.post("/leave/undo", response_class=HTMLResponse)
async def undo_leave(uow: Unit, built: Built, in_query: InQuery = "", in_form: InForm = "") -> HTMLResponse:
    await leaving.undo_leave(uow, built.keyring, in_form or in_query, now())
    return page(
        "Thank you",
        "<p>If this link was whole and you left within the last seven days, you will get these emails again.</p>",
    )
