"""Passkeys: adding, listing and removing them; signing in and stepping up with one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from identity.api.browsers import (
    AccessToken,
    BrowserSession,
    Knocking,
    NewCookie,
    Tokens,
    answer_opened,
    answer_raised,
)
from identity.api.dependencies import Built, Owner, Source, Uow
from identity.api.fields import Credential, Token
from identity.domain.passkeys import ChallengePurpose
from identity.use_cases import add_passkey, open_staff_session, remove_passkey, sign_in_with_passkey, step_up
from identity.use_cases.ask_for_passkey import ask_for_new_passkey, ask_for_passkey
from identity.use_cases.look import passkeys_of
from identity.use_cases.recognise_device import Arrival

router = APIRouter(route_class=IdempotentRoute, tags=["passkeys"])


class Options(Answer):
    """`public_key` is for `navigator.credentials.create` or `get`, in the JSON form of Level 3."""

    public_key: dict[str, Any]


class NewPasskey(Body):
    credential: Credential
    label: Line


class ShownPasskey(Body):
    credential: Credential


class PasskeySignIn(ShownPasskey):
    device_token: Token | None = None
    device_name: Line | None = None
    remember: bool = False
    browser: bool = False


class CoordinatorPasskey(ShownPasskey):
    declaration: bool = False
    browser: bool = False


class AddedPasskey(AccessToken):
    id: UUID


class AddedInBrowser(NewCookie):
    id: UUID


class PasskeyAnswer(Answer):
    id: UUID
    label: str
    added_at: datetime
    last_used_at: datetime | None


@router.post("/me/passkeys/options")
@router.post("/staff/me/passkeys/options")
async def ask_to_add_passkey(actor: Owner, uow: Uow, built: Built) -> Options:
    return Options(public_key=await ask_for_new_passkey(uow, built.site, actor, now=now()))


@router.post("/me/passkeys", status_code=201)
@router.post("/staff/me/passkeys", status_code=201)
async def add_my_passkey(
    body: NewPasskey, actor: Owner, uow: Uow, built: Built, response: Response
) -> AddedPasskey | AddedInBrowser:
    passkey_id, raised = await add_passkey.add_passkey(
        uow, built.keyring, built.site, actor, credential=body.credential, label=body.label, now=now()
    )
    answer = answer_raised(response, raised)
    if isinstance(answer, NewCookie):
        return AddedInBrowser(id=passkey_id, plane=answer.plane)
    return AddedPasskey(id=passkey_id, access_token=answer.access_token)


@router.get("/me/passkeys")
@router.get("/staff/me/passkeys")
async def list_passkeys(actor: Owner, uow: Uow) -> list[PasskeyAnswer]:
    return [PasskeyAnswer.model_validate(each) for each in await passkeys_of(uow, actor)]


@router.delete("/me/passkeys/{passkey_id}", status_code=204)
@router.delete("/staff/me/passkeys/{passkey_id}", status_code=204)
async def remove_my_passkey(passkey_id: UUID, actor: Owner, uow: Uow) -> None:
    await remove_passkey.remove_passkey(uow, actor, passkey_id=passkey_id, now=now())


@router.post("/sessions/passkey/options")
async def ask_to_sign_in(uow: Uow, built: Built) -> Options:
    asked = await ask_for_passkey(uow, built.site, None, purpose=ChallengePurpose.SIGN_IN, now=now())
    return Options(public_key=asked)


@router.post("/sessions/passkey", status_code=201)
async def open_session_with_passkey(
    body: PasskeySignIn, uow: Uow, built: Built, source: Source, visitor: Knocking, response: Response
) -> Tokens | BrowserSession:
    browser = visitor.browser(wanted=body.browser)
    device_token = visitor.device(body.device_token, browser=browser)
    arrival = Arrival(source, device_token, body.device_name, body.remember, browser)
    opened = await sign_in_with_passkey.sign_in_with_passkey(
        uow, built.keyring, built.site, credential=body.credential, arrival=arrival, now=now()
    )
    return answer_opened(response, opened)


@router.post("/sessions/current/step-up/passkey/options")
@router.post("/staff/sessions/current/step-up/passkey/options")
async def ask_to_step_up(actor: Owner, uow: Uow, built: Built) -> Options:
    asked = await ask_for_passkey(uow, built.site, actor, purpose=ChallengePurpose.STEP_UP, now=now())
    return Options(public_key=asked)


@router.post("/sessions/current/step-up/passkey")
@router.post("/staff/sessions/current/step-up/passkey")
async def step_up_session_with_passkey(
    body: ShownPasskey, actor: Owner, uow: Uow, built: Built, response: Response
) -> AccessToken | NewCookie:
    raised = await step_up.step_up_with_passkey(
        uow, built.keyring, built.site, actor, credential=body.credential, now=now()
    )
    return answer_raised(response, raised)


@router.post("/sessions/staff/passkey/options")
async def ask_to_open_coordinator_session(actor: Member, uow: Uow, built: Built) -> Options:
    asked = await ask_for_passkey(uow, built.site, actor, purpose=ChallengePurpose.STAFF_SESSION, now=now())
    return Options(public_key=asked)


@router.post("/sessions/staff/passkey", status_code=201)
async def open_coordinator_session_with_passkey(
    body: CoordinatorPasskey, actor: Member, uow: Uow, built: Built, visitor: Knocking, response: Response
) -> Tokens | BrowserSession:
    opened = await open_staff_session.open_staff_session_with_passkey(
        uow,
        built.keyring,
        built.site,
        actor,
        credential=body.credential,
        declares=body.declaration,
        browser=visitor.browser(wanted=body.browser),
        now=now(),
    )
    return answer_opened(response, opened)
