"""Signing in, going on, stepping up, signing out."""

from fastapi import APIRouter, Response
from shared.clock import now
from shared.http.dependencies import Member, StaffOfAnyAssurance
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
    forget,
)
from identity.api.dependencies import Built, Owner, Source, Uow
from identity.api.fields import AnyCode, Code, Email, Password, SharedAs, Token
from identity.api.turns import TurnRoute
from identity.use_cases import mail_code, open_staff_session, refresh_session, sign_in, sign_out, step_up
from identity.use_cases.recognise_device import Arrival

router = APIRouter(route_class=IdempotentRoute, tags=["sessions"])
in_turn = APIRouter(route_class=TurnRoute, tags=["sessions"])


class SignIn(Body):
    """`device_token` is what an earlier sign-in on this device answered; `shared_as` is for shared mailboxes.

    `browser` is for our own pages: cookies in place of tokens.
    """

    email: Email
    shared_as: SharedAs = ""
    password: Password
    code: AnyCode | None = None
    device_token: Token | None = None
    device_name: Line | None = None
    remember: bool = False
    browser: bool = False


class RefreshToken(Body):
    refresh_token: Token


class ShownCode(Body):
    code: AnyCode


class CodeOfApp(Body):
    code: Code


class CoordinatorSession(CodeOfApp):
    """`declaration` says that the coordinator does not work for the police; asked for once."""

    declaration: bool = False
    browser: bool = False


class Asked(Answer):
    detail: str = "Please look into your mailbox. The code works for ten minutes."


@in_turn.post("/sessions", status_code=201)
async def open_session(
    body: SignIn, uow: Uow, built: Built, source: Source, visitor: Knocking, response: Response
) -> Tokens | BrowserSession:
    browser = visitor.browser(wanted=body.browser)
    shown = sign_in.Credentials(body.email, body.shared_as, body.password.get_secret_value(), body.code)
    device_token = visitor.device(body.device_token, browser=browser)
    arrival = Arrival(source, device_token, body.device_name, body.remember, browser)
    opened = await sign_in.sign_in(
        uow, built.unit_of_work(), built.counting, built.keyring, built.hasher, shown, arrival, now()
    )
    return answer_opened(response, opened)


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
async def step_up_session(
    body: ShownCode, actor: Owner, uow: Uow, built: Built, response: Response
) -> AccessToken | NewCookie:
    raised = await step_up.step_up(uow, built.counting, built.keyring, actor, code=body.code, now=now())
    return answer_raised(response, raised)


@router.post("/sessions/staff", status_code=201)
async def open_coordinator_session(
    body: CoordinatorSession, actor: Member, uow: Uow, built: Built, visitor: Knocking, response: Response
) -> Tokens | BrowserSession:
    opened = await open_staff_session.open_staff_session(
        uow,
        built.counting,
        built.keyring,
        actor,
        code=body.code,
        declares=body.declaration,
        browser=visitor.browser(wanted=body.browser),
        now=now(),
    )
    return answer_opened(response, opened)


@router.delete("/sessions/current", status_code=204)
async def end_session(actor: Member, uow: Uow, response: Response) -> None:
    forget(response, await sign_out.sign_out(uow, actor, now=now()))


@router.delete("/staff/sessions/current", status_code=204)
async def end_staff_session(actor: StaffOfAnyAssurance, uow: Uow, response: Response) -> None:
    forget(response, await sign_out.sign_out(uow, actor, now=now()))
