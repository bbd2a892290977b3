"""The pages behind an invitation to a staff account."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator, SecretStr
from shared.clock import now
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import alert, page, text

from identity.api.dependencies import Built, Uow
from identity.api.fields import Code, LinkSecret
from identity.domain.errors import CodeRefused, LinkNotValid, NothingToConfirm, WeakPassword
from identity.use_cases import accept_staff_invitation

router = APIRouter(route_class=IdempotentRoute, tags=["staff invitations"])

_GONE = "This link does not work"
_WEAK = "That password is too short or easy to guess."
_NO_CODES = "If your app shows no codes for OurWatch yet, open the link of your invitation again."
# Apps show a code in two groups, and so it is typed.
_TypedCode = Annotated[Code, BeforeValidator(lambda typed: "".join(str(typed).split()))]


def _password_form(secret: str, note: str = "") -> str:
    return (
        note + "<p>Please choose a password of eight characters or more. Three or four words that do not belong "
        "together are good.</p>"
        '<form method="post" action="/staff-invitations/accept">'
        f'<input type="hidden" name="secret" value="{text(secret)}">'
        '<label>Password <input type="password" name="password" autocomplete="new-password" maxlength="256" required>'
        "</label>"
        "<button>Go on</button></form>"
    )


def _code_form(secret: str, note: str = "") -> str:
    return (
        note + '<form method="post" action="/staff-invitations/confirm">'
        f'<input type="hidden" name="secret" value="{text(secret)}">'
        '<label>Six-digit code <input name="code" inputmode="numeric" autocomplete="one-time-code" '
        'pattern=" *[0-9]{3} ?[0-9]{3} *" title="Six digits" required></label>'
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
    except WeakPassword:
        return page("Your staff account", _password_form(secret, alert(_WEAK)), 422)
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)} Please ask for a new invitation.</p>", 404)
    return page(
        "Add an authenticator app",
        # Our own SVG of a URI that we made: nothing of it came from outside unescaped.
        f"<p>Open your authenticator app and let it read this picture:</p>{enrolment.qr_svg}"
        f'<p>Is the app on this very phone? <a href="{text(enrolment.uri)}">Open the app from here.</a></p>'
        f'<p>Or add an account by hand and type this key: <code id="key">{text(enrolment.secret)}</code></p>'
        "<p>Then type the six digits that the app shows.</p>" + _code_form(secret),
    )


@router.post("/staff-invitations/confirm", response_class=HTMLResponse)
async def confirm_invitation(
    secret: Annotated[LinkSecret, Form()], code: Annotated[_TypedCode, Form()], uow: Uow, built: Built
) -> HTMLResponse:
    try:
        await accept_staff_invitation.confirm_staff_invitation(uow, built.keyring, secret=secret, code=code, now=now())
    except CodeRefused as refusal:
        return page("Add an authenticator app", _code_form(secret, alert(f"{refusal.message} {_NO_CODES}")), 403)
    except NothingToConfirm as refusal:
        return page("Your staff account", _password_form(secret, alert(refusal.message)), 409)
    except LinkNotValid as refusal:
        return page(_GONE, f"<p>{text(refusal.message)} Please ask for a new invitation.</p>", 404)
    return page(
        "Your account is ready", "<p>You can close this page and sign in now, with your password and the app.</p>"
    )
