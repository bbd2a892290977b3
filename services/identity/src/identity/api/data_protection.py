"""An organisation's own data-protection officer: who it is, and which of its people looked at whose contact (P17)."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.api.paging import After, Limit
from identity.use_cases import list_contact_looks as looking
from identity.use_cases import name_data_protection_officer as naming

router = APIRouter(route_class=IdempotentRoute, prefix="/staff", tags=["data protection"])


class NewDataProtectionOfficer(Body):
    """An account that works for the organisation, or None for nobody."""

    account_id: UUID | None


class ContactLookAnswer(Answer):
    """`person_id` is None once the member was erased, `staff_name` once whoever looked was."""

    id: UUID
    staff_id: UUID
    staff_name: str | None
    person_id: UUID | None
    group_id: UUID
    purpose: str
    at: datetime


class ContactLooksAnswer(Answer):
    looks: list[ContactLookAnswer]


@router.put("/organisations/{organisation_id}/data-protection-officer", status_code=204)
async def name_officer(organisation_id: UUID, body: NewDataProtectionOfficer, actor: Staff, uow: Uow) -> None:
    await naming.name_data_protection_officer(
        uow, actor, organisation_id=organisation_id, account_id=body.account_id, now=now()
    )


@router.get("/contact-looks")
async def list_contact_looks(actor: Staff, uow: Uow, after: After = None, limit: Limit = 50) -> ContactLooksAnswer:
    found = await looking.list_contact_looks(uow, actor, after=after, limit=limit, now=now())
    return ContactLooksAnswer(looks=[ContactLookAnswer.model_validate(each) for each in found])
