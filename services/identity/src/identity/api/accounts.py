"""Registering and confirming the address."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from shared.clock import now
from shared.http.fields import Answer, Body, GssCode, Line
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import button, page

from identity.api.dependencies import Built, Uow
from identity.api.fields import Email, LinkSecret, Password
from identity.domain.errors import LinkNotValid
from identity.use_cases import confirm_email, register

router = APIRouter(route_class=IdempotentRoute, tags=["accounts"])


class Registration(Body):
    email: Email
    password: Password
    display_name: Line
    area: GssCode | None = None


class Registered(Answer):
    detail: str = "Thank you. Please look into your mailbox and follow the link."


@router.post("/accounts", status_code=202)
async def register_account(body: Registration, uow: Uow, built: Built) -> Registered:
    await register.register(
        uow,
        built.keyring,
        built.hasher,
        email=body.email,
        password=body.password.get_secret_value(),
        display_name=body.display_name,
        area=body.area,
        now=now(),
    )
    return Registered()


@router.get("/accounts/confirm", response_class=HTMLResponse)
async def show_confirmation(secret: LinkSecret) -> HTMLResponse:
    return page(
        "Confirm your address",
        "<p>Press the button to confirm your e-mail address.</p>"
        + button("Confirm my address", "/accounts/confirm", secret=secret),
    )


@router.post("/accounts/confirm", response_class=HTMLResponse)
async def confirm_account(secret: Annotated[LinkSecret, Form()], uow: Uow, built: Built) -> HTMLResponse:
    try:
        await confirm_email.confirm_email(uow, built.keyring, secret=secret, now=now())
    except LinkNotValid as refusal:
        return page("This link does not work", f"<p>{refusal.message} You can sign up again at any time.</p>", 404)
    return page("Thank you", "<p>Your address is confirmed. You can sign in now.</p>")
