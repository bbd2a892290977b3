"""A member's own account."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.domain.accounts import Authority
from identity.use_cases import change_consent
from identity.use_cases.look import account_of, consents_of, organisations

router = APIRouter(route_class=IdempotentRoute, tags=["me"])


class Me(Answer):
    id: UUID
    email: str
    display_name: str
    area: str | None


class OrganisationAnswer(Answer):
    id: UUID
    name: str
    authority: Authority | None


class ConsentAnswer(Answer):
    organisation_id: UUID
    is_given: bool
    since: datetime


@router.get("/me")
async def read_me(actor: Member, uow: Uow) -> Me:
    return Me.model_validate(await account_of(uow, actor))


@router.get("/organisations")
async def list_organisations(_actor: Member, uow: Uow) -> list[OrganisationAnswer]:
    return [OrganisationAnswer.model_validate(each) for each in await organisations(uow)]


@router.get("/me/consents")
async def list_consents(actor: Member, uow: Uow) -> list[ConsentAnswer]:
    return [ConsentAnswer.model_validate(each) for each in await consents_of(uow, actor)]


@router.put("/me/consents/{organisation_id}", status_code=204)
async def give_consent(organisation_id: UUID, actor: Member, uow: Uow) -> None:
    await change_consent.change_consent(uow, actor, organisation_id=organisation_id, is_given=True, now=now())


@router.delete("/me/consents/{organisation_id}", status_code=204)
async def withdraw_consent(organisation_id: UUID, actor: Member, uow: Uow) -> None:
    await change_consent.change_consent(uow, actor, organisation_id=organisation_id, is_given=False, now=now())
