"""Changing the password, and the pages for who has forgotten it."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import alert, page, text

from identity.api.browsers import keep
from identity.api.dependencies import Built, Uow
from identity.api.fields import Email, LinkSecret, Password, SharedAs
from identity.domain.errors import LinkNotValid, WeakPassword
from identity.use_cases import change_password, request_reset, reset_password

router = APIRouter(route_class=IdempotentRoute, tags=["passwords"])

_TITLE = "Choose a new password"
_HOW_LONG = "<p>Please choose a password of 15 characters or more, such as four words.</p>"


class PasswordChange(Body):
    current: Password
    new: Password


class ForgottenBy(Body):
    email: Email
    shared_as: SharedAs = ""


class WrittenTo(Answer):
    detail: str = "If there is an account that waits for this, its owner has been written to."


@router.put("/me/password", status_code=204)
async def change_my_password(body: PasswordChange, actor: Member, uow: Uow, built: Built, response: Response) -> None:
    await _change(body, actor, uow, built, response)


@router.put("/staff/me/password", status_code=204)
async def change_staff_password(body: PasswordChange, actor: Staff, uow: Uow, built: Built, response: Response) -> None:
    await _change(body, actor, uow, built, response)


async def _change(body: PasswordChange, actor: Member, uow: Uow, built: Built, response: Response) -> None:
    cookie = await change_password.change_password(
        uow,
        built.unit_of_work(),
        built.counting,
        built.hasher,
        actor,
        current=body.current.get_secret_value(),
        new=body.new.get_secret_value(),
        now=now(),
    )
    if cookie is not None:
        keep(response, cookie)


@router.post("/password-resets", status_code=202)
async def ask_for_reset(body: ForgottenBy, uow: Uow, built: Built) -> WrittenTo:
    await request_reset.request_reset(uow, built.counting, email=body.email, shared_as=body.shared_as, now=now())
    return WrittenTo()


@router.post("/accounts/confirmations", status_code=202)
async def ask_for_confirmation(body: ForgottenBy, uow: Uow, built: Built) -> WrittenTo:
    await request_reset.request_confirmation(uow, built.counting, email=body.email, shared_as=body.shared_as, now=now())
    return WrittenTo()


def _form(secret: str, note: str) -> str:
    return (
        note + '<form method="post" action="/password-resets/open">'
        f'<input type="hidden" name="secret" value="{text(secret)}">'
        '<label>New password <input type="password" name="password" autocomplete="new-password" maxlength="256" '
        "required></label><button>Use this password</button></form>"
    )


@router.get("/password-resets/open", response_class=HTMLResponse)
async def show_reset(secret: LinkSecret) -> HTMLResponse:
    return page(_TITLE, _form(secret, _HOW_LONG))


@router.post("/password-resets/open", response_class=HTMLResponse)
async def carry_out_reset(
    secret: Annotated[LinkSecret, Form()], password: Annotated[Password, Form()], uow: Uow, built: Built
) -> HTMLResponse:
    try:
        await reset_password.reset_password(
            uow,
            built.unit_of_work(),
            built.counting,
            built.hasher,
            secret=secret,
            password=password.get_secret_value(),
            now=now(),
        )
    except WeakPassword as refusal:
        return page(_TITLE, _form(secret, alert(refusal.message)), 422)
    except LinkNotValid as refusal:
        return page("This link does not work", f"<p>{text(refusal.message)} You can ask for a new one.</p>", 404)
    return page(
        "Thank you",
        "<p>Your password is changed, and every device was signed out. You can close this page and sign in now.</p>",
    )
