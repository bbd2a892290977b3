"""Signing in, going on, stepping up, signing out."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from shared.auth.access import LIFE
from shared.auth.principal import Assurance, Plane
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Built, Uow
from identity.api.fields import Code, Email, Password
from identity.use_cases import open_staff_session, refresh_session, sign_in, sign_out, step_up

router = APIRouter(route_class=IdempotentRoute, tags=["sessions"])


class SignIn(Body):
    email: Email
    password: Password
    code: Code | None = None


class RefreshToken(Body):
    refresh_token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class ShownCode(Body):
    code: Code


class CoordinatorSession(ShownCode):
    """`declaration` says that the coordinator does not work for the police; asked for once."""

    declaration: bool = False


class Tokens(Answer):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    session_id: UUID
    account_id: UUID
    plane: Plane
    assurance: Assurance


class AccessToken(Answer):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = int(LIFE.total_seconds())


@router.post("/sessions", status_code=201)
async def open_session(body: SignIn, uow: Uow, built: Built) -> Tokens:
    tokens = await sign_in.sign_in(
        uow,
        built.unit_of_work(),
        built.keyring,
        built.hasher,
        email=body.email,
        password=body.password.get_secret_value(),
        code=body.code,
        now=now(),
    )
    return Tokens.model_validate(tokens)


@router.post("/sessions/refresh")
async def refresh(body: RefreshToken, uow: Uow, built: Built) -> Tokens:
    tokens = await refresh_session.refresh_session(uow, built.keyring, refresh_token=body.refresh_token, now=now())
    return Tokens.model_validate(tokens)


@router.post("/sessions/current/step-up")
async def step_up_session(body: ShownCode, actor: Member, uow: Uow, built: Built) -> AccessToken:
    token = await step_up.step_up(uow, built.keyring, actor, code=body.code, now=now())
    return AccessToken(access_token=token)


@router.post("/sessions/staff", status_code=201)
async def open_coordinator_session(body: CoordinatorSession, actor: Member, uow: Uow, built: Built) -> Tokens:
    tokens = await open_staff_session.open_staff_session(
        uow, built.keyring, actor, code=body.code, declares=body.declaration, now=now()
    )
    return Tokens.model_validate(tokens)


@router.delete("/sessions/current", status_code=204)
async def end_session(actor: Member, uow: Uow) -> None:
    await sign_out.sign_out(uow, actor, now=now())


@router.delete("/staff/sessions/current", status_code=204)
async def end_staff_session(actor: Staff, uow: Uow) -> None:
    await sign_out.sign_out(uow, actor, now=now())
