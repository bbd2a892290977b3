"""The pages behind an invitation to a staff account."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import SecretStr
from shared.clock import now
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import page, text

from identity.api.dependencies import Built, Uow
from identity.api.fields import Code, LinkSecret
from identity.domain.errors import CodeRefused, LinkNotValid, NothingToConfirm, WeakPassword
from identity.use_cases import accept_staff_invitation

router = APIRouter(route_class=IdempotentRoute, tags=["staff invitations"])

_GONE = "This link does not work"


def _told(note: str) -> str:
    return f"<p>{text(note)}</p>" if note else ""


def _password_form(secret: str, note: str = "") -> str:
    return (
        _told(note) + "<p>Please choose a password of eight characters or more, longer is better.</p>"
        '<form method="post" action="/staff-invitations/accept">'
        f'<input type="hidden" name="secret" value="{text(secret)}">'
        '<label>Password <input type="password" name="password" autocomplete="new-password"></label>'
        "<button>Go on</button></form>"
    )


def _code_form(secret: str, note: str = "") -> str:
    return (
        _told(note) + '<form method="post" action="/staff-invitations/confirm">'
        f'<input type="hidden" name="secret" value="{text(secret)}">'
        '<label>Six-digit code <input name="code" inputmode="numeric" autocomplete="one-time-code"></label>'
        "<button>Confirm</button></form>"
    )


@router.get("/staff-invitations/accept", response_class=HTMLResponse)
async def show_staff_invitation(secret: LinkSecret) -> HTMLResponse:
    return page("Your staff account", _password_form(secret))


@router.post("/staff-invitations/accept", response_class=HTMLResponse)
async def accept_invitation(
    secret: Annotated[LinkSecret, Form()], password: Annotated[SecretStr, Form()], uow: Uow, built: Built
) -> HTMLResponse:
    try:
        enrolment = await accept_staff_invitation.accept_staff_invitation(
            uow,
            built.unit_of_work(),
            built.keyring,
            built.hasher,
            secret=secret,
            password=password.get_secret_value(),
            now=now(),
        )
    except WeakPassword as refusal:
        return page("Your staff account", _password_form(secret, refusal.message), 422)
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)} Please ask for a new invitation.</p>", 404)
    return page(
        "Add an authenticator app",
        # Our own SVG of a URI that we made: nothing of it came from outside unescaped.
        f"<p>Open your authenticator app and let it read this picture:</p>{enrolment.qr_svg}"
        f'<p>Or add an account by hand and type this key: <code id="key">{text(enrolment.secret)}</code></p>'
        f'<p>Or open <a href="{text(enrolment.uri)}">this link</a> on the phone that has the app.</p>'
        + _code_form(secret),
    )


@router.post("/staff-invitations/confirm", response_class=HTMLResponse)
async def confirm_invitation(
    secret: Annotated[LinkSecret, Form()], code: Annotated[Code, Form()], uow: Uow, built: Built
) -> HTMLResponse:
    try:
        await accept_staff_invitation.confirm_staff_invitation(uow, built.keyring, secret=secret, code=code, now=now())
    except CodeRefused as refusal:
        return page("Add an authenticator app", _code_form(secret, refusal.message), 403)
    except NothingToConfirm as refusal:
        return page("Your staff account", _password_form(secret, refusal.message), 409)
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)} Please ask for a new invitation.</p>", 404)
    return page("Your account is ready", "<p>You can sign in now with your password and the app.</p>")
