"""What administrators do with staff accounts, appointments and organisations that there are."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.auth.principal import Role
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.api.fields import EmailDomains
from identity.api.paging import After, Limit
from identity.api.staff import Areas
from identity.domain.accounts import AccountState
from identity.domain.appointment_offers import OfferState
from identity.use_cases import (
    change_email_domains,
    change_staff_areas,
    close_staff,
    end_appointment,
    list_staff,
    reinstate_staff,
    suspend_staff,
)

router = APIRouter(route_class=IdempotentRoute, prefix="/staff", tags=["staff accounts"])


class StaffAccount(Answer):
    id: UUID
    email: str
    display_name: str
    organisation_id: UUID | None
    role: Role | None
    areas: list[str]
    state: AccountState
    created_at: datetime


class StaffAccounts(Answer):
    accounts: list[StaffAccount]


class AppointmentAnswer(Answer):
    """What was asked for an address. Who has it is None until they have declared that they are not with the police."""

    id: UUID
    email: str
    state: OfferState
    person_id: UUID | None
    display_name: str | None
    organisation_id: UUID
    areas: list[str]
    appointed_at: datetime
    until: datetime | None
    ended_at: datetime | None
    declared_at: datetime | None


class AppointmentsAnswer(Answer):
    appointments: list[AppointmentAnswer]


class NewAreas(Body):
    areas: Areas


class NewEmailDomains(Body):
    email_domains: EmailDomains


class DomainsChanged(Answer):
    """How many of the organisation's accounts have an address that is in none of its domains now."""

    accounts_outside: int


@router.get("/accounts")
async def list_staff_accounts(actor: Staff, uow: Uow, after: After = None, limit: Limit = 50) -> StaffAccounts:
    found = await list_staff.list_staff_accounts(uow, actor, after=after, limit=limit)
    return StaffAccounts(accounts=[StaffAccount.model_validate(each) for each in found])


@router.put("/accounts/{account_id}/areas", status_code=204)
async def set_staff_areas(account_id: UUID, body: NewAreas, actor: Staff, uow: Uow) -> None:
    await change_staff_areas.change_staff_areas(uow, actor, account_id=account_id, areas=body.areas, now=now())


@router.post("/accounts/{account_id}/suspend", status_code=204)
async def suspend(account_id: UUID, actor: Staff, uow: Uow) -> None:
    await suspend_staff.suspend_staff(uow, actor, account_id=account_id, now=now())


@router.post("/accounts/{account_id}/reinstate", status_code=204)
async def reinstate(account_id: UUID, actor: Staff, uow: Uow) -> None:
    await reinstate_staff.reinstate_staff(uow, actor, account_id=account_id, now=now())


@router.post("/accounts/{account_id}/close", status_code=204)
async def close(account_id: UUID, actor: Staff, uow: Uow) -> None:
    await close_staff.close_staff(uow, actor, account_id=account_id, now=now())


@router.get("/appointments")
async def list_appointments(actor: Staff, uow: Uow, after: After = None, limit: Limit = 50) -> AppointmentsAnswer:
    found = await list_staff.list_appointments(uow, actor, after=after, limit=limit, now=now())
    return AppointmentsAnswer(appointments=[_appointment(each) for each in found])


def _appointment(offered: list_staff.Offered) -> AppointmentAnswer:
    asked, held = offered.offer, offered.appointment
    # An offer that was ended says what it was, and nothing of an appointment that came after it.
    counts = held is not None and asked.ended_at is None
    shown = held if held is not None and counts else asked
    return AppointmentAnswer(
        id=asked.id,
        email=asked.email,
        state=offered.state,
        person_id=held.person_id if held else None,
        display_name=offered.display_name,
        organisation_id=shown.organisation_id,
        areas=shown.areas,
        appointed_at=held.appointed_at if held is not None and counts else asked.asked_at,
        until=shown.until,
        ended_at=shown.ended_at,
        declared_at=held.declared_at if held else None,
    )


@router.delete("/appointments/{appointment_id}", status_code=204)
async def withdraw_appointment(appointment_id: UUID, actor: Staff, uow: Uow) -> None:
    await end_appointment.end_appointment(uow, actor, offer_id=appointment_id, now=now())


@router.put("/organisations/{organisation_id}/email-domains")
async def set_email_domains(organisation_id: UUID, body: NewEmailDomains, actor: Staff, uow: Uow) -> DomainsChanged:
    outside = await change_email_domains.change_email_domains(
        uow, actor, organisation_id=organisation_id, email_domains=body.email_domains, now=now()
    )
    return DomainsChanged(accounts_outside=outside)
