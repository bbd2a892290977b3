"""Second factors: the authenticator app, codes by e-mail, recovery codes. For members and for staff accounts."""

from collections.abc import Sequence

from fastapi import APIRouter, Response
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from identity.api.browsers import AccessToken, NewCookie, answer_raised
from identity.api.dependencies import Built, Owner, Uow
from identity.api.sessions import CodeOfApp
from identity.use_cases import (
    begin_authenticator,
    change_mailed_codes,
    confirm_authenticator,
    make_recovery_codes,
    remove_authenticator,
)
from identity.use_cases.look import own_factors

router = APIRouter(route_class=IdempotentRoute, tags=["second factors"])


class FactorsAnswer(Answer):
    app: bool
    passkeys: int
    mailed_codes: bool
    recovery_codes_left: int


class Enrolment(Answer):
    secret: str
    uri: str
    qr_svg: str


class Codes(Answer):
    codes: Sequence[str]


@router.get("/me/factors")
@router.get("/staff/me/factors")
async def read_factors(actor: Owner, uow: Uow) -> FactorsAnswer:
    return FactorsAnswer.model_validate(await own_factors(uow, actor))


@router.post("/me/authenticator", status_code=201)
@router.post("/staff/me/authenticator", status_code=201)
async def add_authenticator(actor: Owner, uow: Uow, built: Built) -> Enrolment:
    begun = await begin_authenticator.begin_authenticator(uow, built.keyring, actor, now=now())
    return Enrolment.model_validate(begun)


@router.post("/me/authenticator/confirm")
@router.post("/staff/me/authenticator/confirm")
async def confirm_my_authenticator(
    body: CodeOfApp, actor: Owner, uow: Uow, built: Built, response: Response
) -> AccessToken | NewCookie:
    raised = await confirm_authenticator.confirm_authenticator(uow, built.keyring, actor, code=body.code, now=now())
    return answer_raised(response, raised)


@router.delete("/me/authenticator", status_code=204)
@router.delete("/staff/me/authenticator", status_code=204)
async def remove_my_authenticator(actor: Owner, uow: Uow) -> None:
    await remove_authenticator.remove_authenticator(uow, actor, now=now())


@router.post("/me/recovery-codes", status_code=201)
@router.post("/staff/me/recovery-codes", status_code=201)
async def make_my_recovery_codes(actor: Owner, uow: Uow, built: Built) -> Codes:
    return Codes(codes=await make_recovery_codes.make_recovery_codes(uow, built.keyring, actor, now=now()))


@router.put("/me/mailed-codes", status_code=204)
async def choose_mailed_codes(actor: Member, uow: Uow) -> None:
    await change_mailed_codes.change_mailed_codes(uow, actor, is_chosen=True, now=now())


@router.delete("/me/mailed-codes", status_code=204)
async def end_mailed_codes(actor: Member, uow: Uow) -> None:
    await change_mailed_codes.change_mailed_codes(uow, actor, is_chosen=False, now=now())
