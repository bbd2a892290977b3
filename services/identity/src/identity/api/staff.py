"""Staff: their own account, and what administrators manage."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, Field
from shared.auth.principal import Role
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, GssCode, Line
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.api.fields import Email, EmailDomains
from identity.api.me import OrganisationAnswer
from identity.domain.accounts import Authority
from identity.use_cases import add_organisation, appoint_coordinator, invite_staff
from identity.use_cases.look import account_of, served_organisations

router = APIRouter(route_class=IdempotentRoute, tags=["staff"])

Areas = Annotated[list[GssCode], Field(max_length=200)]


class StaffMe(Answer):
    id: UUID
    display_name: str
    role: Role | None
    organisation_id: UUID | None
    areas: list[str]


class NewOrganisation(Body):
    name: Line
    authority: Authority | None = None
    email_domains: EmailDomains = Field(default_factory=list)


class StaffOrganisation(OrganisationAnswer):
    """Without `data_protection_officer_id` nobody was named, or whoever was does not work there any more."""

    email_domains: list[str]
    data_protection_officer_id: UUID | None


class Created(Answer):
    id: UUID


class StaffInvitation(Body):
    email: Email
    display_name: Line
    organisation_id: UUID
    role: Literal["police", "administrator"]
    areas: Areas


class Appointment(Body):
    email: Email
    organisation_id: UUID
    areas: Areas
    until: AwareDatetime | None = None


class Accepted(Answer):
    detail: str = "If the address can be used for this, its owner has been written to."


@router.get("/staff/me")
async def read_staff_me(actor: Staff, uow: Uow) -> StaffMe:
    account = await account_of(uow, actor)
    return StaffMe(
        id=actor.id,
        display_name=account.display_name,
        role=actor.role,
        organisation_id=actor.organisation_id,
        areas=sorted(actor.areas),
    )


@router.get("/staff/organisations")
async def list_staff_organisations(_actor: Staff, uow: Uow) -> list[StaffOrganisation]:
    return [
        StaffOrganisation(
            id=each.organisation.id,
            name=each.organisation.name,
            authority=each.organisation.authority,
            email_domains=each.organisation.email_domains,
            data_protection_officer_id=each.data_protection_officer_id,
        )
        for each in await served_organisations(uow, now())
    ]


@router.post("/staff/organisations", status_code=201)
async def create_organisation(body: NewOrganisation, actor: Staff, uow: Uow) -> Created:
    added = await add_organisation.add_organisation(
        uow, actor, name=body.name, authority=body.authority, email_domains=body.email_domains, now=now()
    )
    return Created(id=added)


@router.post("/staff/accounts", status_code=202)
async def invite_staff_account(body: StaffInvitation, actor: Staff, uow: Uow) -> Accepted:
    await invite_staff.invite_staff(
        uow,
        actor,
        email=body.email,
        display_name=body.display_name,
        organisation_id=body.organisation_id,
        role=Role(body.role),
        areas=body.areas,
        now=now(),
    )
    return Accepted()


@router.post("/staff/appointments", status_code=202)
async def appoint(body: Appointment, actor: Staff, uow: Uow) -> Accepted:
    await appoint_coordinator.appoint_coordinator(
        uow,
        actor,
        email=body.email,
        organisation_id=body.organisation_id,
        areas=body.areas,
        until=body.until,
        now=now(),
    )
    return Accepted()
