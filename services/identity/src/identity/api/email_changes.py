"""Moving an account to another address, and the pages behind its mails."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import button, page, text

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


@router.get("/email-changes/confirm", response_class=HTMLResponse)
async def show_confirmation(secret: LinkSecret) -> HTMLResponse:
    told = "<p>Press the button if this mailbox is yours and you want your mail from OurWatch here.</p>"
    return page("Your new address", told + button("Yes, write to me here", "/email-changes/confirm", secret=secret))


@router.post("/email-changes/confirm", response_class=HTMLResponse)
async def confirm(secret: Annotated[LinkSecret, Form()], uow: Uow) -> HTMLResponse:
    try:
        await change_email.confirm_new_email(uow, secret=secret, now=now())
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)} Sign in to ask for a new one.</p>", 404)
    return page("Thank you", "<p>In three days OurWatch will write to you here. Until then nothing changes.</p>")


@router.get("/email-changes/stop", response_class=HTMLResponse)
async def show_stop(secret: LinkSecret) -> HTMLResponse:
    told = "<p>Somebody asked to move your account to another address. If that was not you, keep the one you have.</p>"
    return page("Keep your address?", told + button("Keep my address as it is", "/email-changes/stop", secret=secret))


@router.post("/email-changes/stop", response_class=HTMLResponse)
async def stop_from_the_old_mailbox(secret: Annotated[LinkSecret, Form()], uow: Uow) -> HTMLResponse:
    try:
        await change_email.stop_by_link(uow, secret=secret, now=now())
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)} Sign in to see to your address there.</p>", 404)
    return page(
        "Nothing was changed",
        "<p>Your address stays as it is. If it was not you who asked, please change your password now.</p>",
    )
