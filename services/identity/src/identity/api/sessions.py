"""Signing in, going on, stepping up, signing out."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from shared.auth.access import LIFE
from shared.auth.principal import Assurance, Plane
from shared.clock import now
from shared.http.dependencies import Member, StaffOfAnyAssurance
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Built, Owner, Source, Uow
from identity.api.fields import AnyCode, Code, Email, Password, SharedAs, Token
from identity.use_cases import mail_code, open_staff_session, refresh_session, sign_in, sign_out, step_up
from identity.use_cases.recognise_device import Arrival

router = APIRouter(route_class=IdempotentRoute, tags=["sessions"])


class SignIn(Body):
    """`device_token` is what an earlier sign-in on this device answered; `shared_as` is for shared mailboxes."""

    email: Email
    shared_as: SharedAs = ""
    password: Password
    code: AnyCode | None = None
    device_token: Token | None = None
    device_name: Line | None = None
    remember: bool = False


class RefreshToken(Body):
    refresh_token: Token


class ShownCode(Body):
    code: AnyCode


class CodeOfApp(Body):
    code: Code


class CoordinatorSession(CodeOfApp):
    """`declaration` says that the coordinator does not work for the police; asked for once."""

    declaration: bool = False


class Asked(Answer):
    detail: str = "Please look into your mailbox. The code works for ten minutes."


class Tokens(Answer):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    session_id: UUID
    account_id: UUID
    plane: Plane
    assurance: Assurance
    device_token: str | None = None


class AccessToken(Answer):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = int(LIFE.total_seconds())


@router.post("/sessions", status_code=201)
async def open_session(body: SignIn, uow: Uow, built: Built, source: Source) -> Tokens:
    shown = sign_in.Credentials(body.email, body.shared_as, body.password.get_secret_value(), body.code)
    arrival = Arrival(source, body.device_token, body.device_name, body.remember)
    tokens = await sign_in.sign_in(
        uow, built.unit_of_work(), built.counting, built.keyring, built.hasher, shown, arrival, now()
    )
    return Tokens.model_validate(tokens)


@router.post("/sessions/refresh")
async def refresh(body: RefreshToken, uow: Uow, built: Built) -> Tokens:
    tokens = await refresh_session.refresh_session(uow, built.keyring, refresh_token=body.refresh_token, now=now())
    return Tokens.model_validate(tokens)


@router.post("/sessions/current/mailed-code", status_code=202)
async def mail_code_to_me(actor: Member, uow: Uow) -> Asked:
    await mail_code.mail_code(uow, actor, now=now())
    return Asked()


@router.post("/sessions/current/step-up")
@router.post("/staff/sessions/current/step-up")
async def step_up_session(body: ShownCode, actor: Owner, uow: Uow, built: Built) -> AccessToken:
    token = await step_up.step_up(uow, built.counting, built.keyring, actor, code=body.code, now=now())
    return AccessToken(access_token=token)


@router.post("/sessions/staff", status_code=201)
async def open_coordinator_session(body: CoordinatorSession, actor: Member, uow: Uow, built: Built) -> Tokens:
    tokens = await open_staff_session.open_staff_session(
        uow, built.counting, built.keyring, actor, code=body.code, declares=body.declaration, now=now()
    )
    return Tokens.model_validate(tokens)


@router.delete("/sessions/current", status_code=204)
async def end_session(actor: Member, uow: Uow) -> None:
    await sign_out.sign_out(uow, actor, now=now())


@router.delete("/staff/sessions/current", status_code=204)
async def end_staff_session(actor: StaffOfAnyAssurance, uow: Uow) -> None:
    await sign_out.sign_out(uow, actor, now=now())
