"""Moving an account to another address, and the pages behind its mails."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import page, text

from identity.api.dependencies import Built, Uow
from identity.api.fields import Email, LinkSecret, Password, SharedAs
from identity.domain.errors import LinkNotValid
from identity.use_cases import change_email

router = APIRouter(route_class=IdempotentRoute, tags=["changes of address"])

_GONE = "This link does not work"


class NewAddress(Body):
    email: Email
    shared_as: SharedAs = ""
    password: Password


class Begun(Answer):
    detail: str = "Please look into the new mailbox and follow the link. Your old mailbox was told as well."


@router.post("/me/email", status_code=202)
async def begin(body: NewAddress, actor: Member, uow: Uow, built: Built) -> Begun:
    await change_email.begin_email_change(
        uow,
        built.unit_of_work(),
        built.counting,
        built.hasher,
        actor,
        password=body.password.get_secret_value(),
        new_email=body.email,
        shared_as=body.shared_as,
        now=now(),
    )
    return Begun()


@router.delete("/me/email", status_code=204)
async def stop(actor: Member, uow: Uow) -> None:
    await change_email.stop_email_change(uow, actor, now=now())


def _button(path: str, secret: str, label: str) -> str:
    return (
        f'<form method="post" action="{path}"><input type="hidden" name="secret" value="{text(secret)}">'
        f"<button>{text(label)}</button></form>"
    )


@router.get("/email-changes/confirm", response_class=HTMLResponse)
async def show_confirmation(secret: LinkSecret) -> HTMLResponse:
    return page("Your new address", _button("/email-changes/confirm", secret, "Yes, write to me here"))


@router.post("/email-changes/confirm", response_class=HTMLResponse)
async def confirm(secret: Annotated[LinkSecret, Form()], uow: Uow) -> HTMLResponse:
    try:
        await change_email.confirm_new_email(uow, secret=secret, now=now())
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)}</p>", 404)
    return page("Thank you", "<p>In three days OurWatch will write to you here. Until then nothing changes.</p>")


@router.get("/email-changes/stop", response_class=HTMLResponse)
async def show_stop(secret: LinkSecret) -> HTMLResponse:
    return page("Keep your address?", _button("/email-changes/stop", secret, "Keep my address as it is"))


@router.post("/email-changes/stop", response_class=HTMLResponse)
async def stop_from_the_old_mailbox(secret: Annotated[LinkSecret, Form()], uow: Uow) -> HTMLResponse:
    try:
        await change_email.stop_by_link(uow, secret=secret, now=now())
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)}</p>", 404)
    return page(
        "Nothing was changed",
        "<p>Your address stays as it is. If it was not you who asked, please change your password now.</p>",
    )
