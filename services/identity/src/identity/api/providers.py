"""Signing in through an organisation's own provider (OpenID Connect), and setting it up."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field, SecretStr, StringConstraints
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Body, Line
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import page, text

from identity.api.browsers import BrowserSession, Knocking, Tokens, answer_opened
from identity.api.dependencies import Built, Source, Uow
from identity.api.fields import Token
from identity.use_cases import begin_provider_sign_in, finish_provider_sign_in, set_provider
from identity.use_cases.recognise_device import Arrival

router = APIRouter(route_class=IdempotentRoute, tags=["providers"])

CALLBACK = "/staff-sign-in/callback"
_PROVIDER = "/staff/organisations/{organisation_id}/provider"

Visible = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=500)]
Code = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]+$", max_length=2_000)]
State = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
# RFC 7636 section 4: what the client makes, and the SHA-256 of it in base64url that it begins with.
Verifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]
Challenge = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class NewProvider(Body):
    issuer: Visible
    client_id: Visible
    client_secret: Annotated[SecretStr, Field(min_length=1, max_length=500)]
    assigns_addresses: bool = False


class ProviderAnswer(Body):
    """`iss` is what the provider sent back beside the code (RFC 9207), if it did."""

    state: State
    code: Code
    verifier: Verifier
    iss: Visible | None = None
    device_token: Token | None = None
    device_name: Line | None = None
    browser: bool = False


@router.put(_PROVIDER, status_code=204)
async def put_provider(organisation_id: UUID, body: NewProvider, actor: Staff, uow: Uow, built: Built) -> None:
    await set_provider.set_provider(
        uow,
        built.unit_of_work(),
        built.keyring,
        built.discovery,
        actor,
        organisation_id=organisation_id,
        issuer=body.issuer,
        client_id=body.client_id,
        client_secret=body.client_secret.get_secret_value(),
        assigns_addresses=body.assigns_addresses,
        now=now(),
    )


@router.delete(_PROVIDER, status_code=204)
async def delete_provider(organisation_id: UUID, actor: Staff, uow: Uow) -> None:
    await set_provider.remove_provider(uow, actor, organisation_id=organisation_id, now=now())


# Before the one with a placeholder, which would take it.
@router.get(CALLBACK, response_class=HTMLResponse)
async def show_provider_answer(state: State, code: Annotated[Code | None, Query()] = None) -> HTMLResponse:
    """Where a browser ends that no app took over from. Nothing is used up: that needs the app's verifier."""
    if code is None:
        return page("You are not signed in", "<p>Your organisation did not sign you in. Please try again.</p>", 403)
    return page(
        "Please go back to the app",
        "<p>Your organisation signed you in. If the app where you began did not go on by itself, copy this line "
        f"into it:</p><p><code>{text(state)} {text(code)}</code></p>",
    )


@router.get("/staff-sign-in/{organisation_id}", status_code=303, response_class=RedirectResponse)
async def begin_sign_in(organisation_id: UUID, challenge: Challenge, uow: Uow, built: Built) -> RedirectResponse:
    url = await begin_provider_sign_in.begin_provider_sign_in(
        uow,
        built.keyring,
        built.discovery,
        organisation_id=organisation_id,
        challenge=challenge,
        redirect_uri=built.public_url + CALLBACK,
        now=now(),
    )
    return RedirectResponse(url, 303, {"cache-control": "no-store", "referrer-policy": "no-referrer"})


@router.post(CALLBACK, status_code=201)
async def finish_sign_in(
    body: ProviderAnswer, uow: Uow, built: Built, source: Source, visitor: Knocking, response: Response
) -> Tokens | BrowserSession:
    browser = visitor.browser(wanted=body.browser)
    device_token = visitor.device(body.device_token, browser=browser)
    opened = await finish_provider_sign_in.finish_provider_sign_in(
        uow,
        built.unit_of_work(),
        built.keyring,
        built.discovery,
        state=body.state,
        code=body.code,
        verifier=body.verifier,
        issuer=body.iss,
        redirect_uri=built.public_url + CALLBACK,
        arrival=Arrival(source, device_token, body.device_name, browser=browser),
        now=now(),
    )
    return answer_opened(response, opened)
