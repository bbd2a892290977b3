"""Registering and confirming the address."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from shared.clock import now
from shared.http.fields import Answer, Body, GssCode, Line
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import alert, page, text

from identity.api.dependencies import Built, Uow
from identity.api.fields import Email, LinkSecret, Password, SharedAs
from identity.domain.errors import LinkNotValid, PasswordRefused
from identity.use_cases import confirm_email, register

router = APIRouter(route_class=IdempotentRoute, tags=["accounts"])

_CONFIRM = "Confirm your address"
_WHICH = "<p>Please type the password that you chose when you signed up.</p>"


class Registration(Body):
    email: Email
    password: Password
    display_name: Line
    area: GssCode | None = None
    shared_as: SharedAs = ""


class Registered(Answer):
    detail: str = "Thank you. Please look into your mailbox and follow the link."


@router.post("/accounts", status_code=202)
async def register_account(body: Registration, uow: Uow, built: Built) -> Registered:
    await register.register(
        uow,
        built.counting,
        built.keyring,
        built.hasher,
        email=body.email,
        password=body.password.get_secret_value(),
        display_name=body.display_name,
        area=body.area,
        shared_as=body.shared_as,
        now=now(),
    )
    return Registered()


def _password_form(secret: str, note: str) -> str:
    return (
        note + '<form method="post" action="/accounts/confirm">'
        f'<input type="hidden" name="secret" value="{text(secret)}">'
        '<label>Password <input type="password" name="password" autocomplete="current-password" maxlength="256" '
        "required></label><button>Confirm my address</button></form>"
    )


@router.get("/accounts/confirm", response_class=HTMLResponse)
async def show_confirmation(secret: LinkSecret) -> HTMLResponse:
    return page(_CONFIRM, _password_form(secret, _WHICH))


@router.post("/accounts/confirm", response_class=HTMLResponse)
async def confirm_account(
    secret: Annotated[LinkSecret, Form()], password: Annotated[Password, Form()], uow: Uow, built: Built
) -> HTMLResponse:
    try:
        await confirm_email.confirm_email(
            uow,
            built.unit_of_work(),
            built.keyring,
            built.hasher,
            secret=secret,
            password=password.get_secret_value(),
            now=now(),
        )
    except PasswordRefused as refusal:
        advice = "Please try again. If you cannot remember it, or somebody else used your address, just sign up again."
        return page(_CONFIRM, _password_form(secret, alert(f"{refusal.message} {advice}")), 403)
    except LinkNotValid as refusal:
        return page("This link does not work", f"<p>{refusal.message} You can sign up again at any time.</p>", 404)
    return page("Thank you", "<p>Your address is confirmed. You can close this page and sign in now.</p>")
