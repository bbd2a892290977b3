"""A member's own account."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, GssCode, Line
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Built, Uow
from identity.domain.accounts import Authority
from identity.use_cases import change_consent, correct_details
from identity.use_cases.look import account_of, consent_receipts_of, consents_of, organisations

router = APIRouter(route_class=IdempotentRoute, tags=["me"])


class Me(Answer):
    id: UUID
    email: str
    display_name: str
    area: str | None


class Corrections(Body):
    """What is left out stays; `area` may be null."""

    display_name: Line = ""
    area: GssCode | None = None


class OrganisationAnswer(Answer):
    id: UUID
    name: str
    authority: Authority | None


class ConsentAnswer(Answer):
    organisation_id: UUID
    is_given: bool
    since: datetime


class ConsentReceiptAnswer(Answer):
    """`wording` is what the person read when they said so."""

    id: UUID
    organisation_id: UUID
    is_given: bool
    at: datetime
    wording_version: int
    wording: str


@router.get("/me")
async def read_me(actor: Member, uow: Uow) -> Me:
    return Me.model_validate(await account_of(uow, actor))


@router.patch("/me")
async def correct_me(body: Corrections, actor: Member, uow: Uow, built: Built) -> Me:
    corrected = {name: getattr(body, name) for name in body.model_fields_set}
    account = await correct_details.correct_details(uow, built.keyring, actor, corrected=corrected, now=now())
    return Me.model_validate(account)


@router.get("/organisations")
async def list_organisations(_actor: Member, uow: Uow) -> list[OrganisationAnswer]:
    return [OrganisationAnswer.model_validate(each) for each in await organisations(uow)]


@router.get("/me/consents")
async def list_consents(actor: Member, uow: Uow) -> list[ConsentAnswer]:
    return [ConsentAnswer.model_validate(each) for each in await consents_of(uow, actor)]


@router.get("/me/consents/receipts")
async def list_consent_receipts(actor: Member, uow: Uow) -> list[ConsentReceiptAnswer]:
    return [ConsentReceiptAnswer.model_validate(each) for each in await consent_receipts_of(uow, actor)]


@router.put("/me/consents/{organisation_id}", status_code=204)
async def give_consent(organisation_id: UUID, actor: Member, uow: Uow) -> None:
    await change_consent.change_consent(uow, actor, organisation_id=organisation_id, is_given=True, now=now())


@router.delete("/me/consents/{organisation_id}", status_code=204)
async def withdraw_consent(organisation_id: UUID, actor: Member, uow: Uow) -> None:
    await change_consent.change_consent(uow, actor, organisation_id=organisation_id, is_given=False, now=now())
