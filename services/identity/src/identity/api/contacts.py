"""How members can be reached, for staff of organisations that they said yes to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import StringConstraints
from shared.auth.jurisdiction import JurisdictionPass
from shared.clock import now
from shared.http.dependencies import Staff, jurisdiction_over_person_for
from shared.http.fields import Answer, Line
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Uow
from identity.use_cases import look_at_contact

router = APIRouter(route_class=IdempotentRoute, tags=["contacts"])

Purpose = Annotated[Line, StringConstraints(min_length=5), Query(description="Shown to the member")]
InArea = Annotated[JurisdictionPass, Depends(jurisdiction_over_person_for("identity"))]


class Contact(Answer):
    person_id: UUID
    email: str


@router.get("/staff/groups/{group_id}/memberships/{person_id}/contact")
async def read_contact(
    group_id: UUID, person_id: UUID, purpose: Purpose, actor: Staff, _proof: InArea, uow: Uow
) -> Contact:
    email = await look_at_contact.look_at_contact(
        uow, actor, group_id=group_id, person_id=person_id, purpose=purpose, now=now()
    )
    return Contact(person_id=person_id, email=email)
