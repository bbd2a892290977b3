"""Getting an account back with the help of two fellow officers (P30)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import Field, StringConstraints
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute
from shared.http.pages import button, page, text

from identity.api.dependencies import Built, Uow
from identity.api.fields import Email, LinkSecret, Password
from identity.domain.errors import LinkNotValid
from identity.use_cases import ask_recovery, recover, vouch

router = APIRouter(route_class=IdempotentRoute, tags=["recoveries"])

Reference = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z2-9]{4}-[A-Za-z2-9]{4}$")]
SharedAs = Annotated[Line, Field(max_length=40)] | Literal[""]

_STOP = "Stop the recovery of your account"


class Lost(Body):
    email: Email
    shared_as: SharedAs = ""


class AskedAnswer(Answer):
    """Read the reference out to two fellow officers; keep the claim for yourself. Neither is shown again."""

    reference: str
    claim: str


class Claim(Body):
    claim: LinkSecret
    password: Password


class RecoveryAnswer(Answer):
    """`waits_until` is set once enough have vouched: from then on the claim may be used."""

    reference: str
    display_name: str
    asked_at: datetime
    vouches: int
    waits_until: datetime | None


@router.post("/recoveries", status_code=202)
async def ask_to_recover(body: Lost, uow: Uow, built: Built) -> AskedAnswer:
    asked = await ask_recovery.ask_recovery(uow, built.counting, email=body.email, shared_as=body.shared_as, now=now())
    return AskedAnswer.model_validate(asked)


@router.get("/recoveries/stop", response_class=HTMLResponse)
async def show_stop(secret: LinkSecret) -> HTMLResponse:
    told = (
        "<p>Somebody asked to get into your account without your password. If that was not you, stop it: nobody will "
        "get in this way, and whoever vouched must do so again.</p>"
    )
    return page(_STOP, told + button("Stop the recovery", "/recoveries/stop", secret=secret))


@router.post("/recoveries/stop", response_class=HTMLResponse)
async def stop_by_link(secret: Annotated[LinkSecret, Form()], uow: Uow) -> HTMLResponse:
    try:
        await recover.stop_recovery_by_link(uow, secret=secret, now=now())
    except LinkNotValid as refusal:
        return page("This link does not work", f"<p>{text(refusal.message)} Sign in to stop it there.</p>", 404)
    return page("It is stopped", "<p>Your account stays as it is. Please tell the officers of your group.</p>")


@router.post("/recoveries/claim", status_code=204)
async def claim(body: Claim, uow: Uow, built: Built) -> None:
    password = body.password.get_secret_value()
    await recover.claim_recovery(
        uow, built.unit_of_work(), built.hasher, claim=body.claim, password=password, now=now()
    )


@router.get("/recoveries/{reference}")
async def read_recovery(reference: Reference, actor: Member, uow: Uow) -> RecoveryAnswer:
    return RecoveryAnswer.model_validate(await vouch.look_at_recovery(uow, actor, reference=reference, now=now()))


@router.post("/recoveries/{reference}/vouch")
async def vouch_for(reference: Reference, actor: Member, uow: Uow) -> RecoveryAnswer:
    return RecoveryAnswer.model_validate(await vouch.vouch(uow, actor, reference=reference, now=now()))


@router.post("/me/recovery/stop", status_code=204)
async def stop_mine(actor: Member, uow: Uow) -> None:
    await recover.stop_own_recovery(uow, actor, now=now())
