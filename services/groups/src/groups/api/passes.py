"""What the gateway asks on behalf of whoever is signed in. No policy row reaches it from outside."""

from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import model_validator
from shared.clock import now
from shared.http.dependencies import SignedIn
from shared.http.fields import Body
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Built, Looking
from groups.domain.errors import NoSuchGroup
from groups.use_cases import issue_pass as issuing

router = APIRouter(prefix="/internal", route_class=IdempotentRoute)


class PassRequest(Body):
    """A person is named, and identity asks, for jurisdiction alone."""

    kind: Literal["group", "memberships", "jurisdiction"]
    group_id: UUID | None = None
    person_id: UUID | None = None
    audience: Literal["documents", "messaging", "identity"]

    @model_validator(mode="after")
    def _asked_properly(self) -> Self:
        if self.kind != "jurisdiction" and (self.person_id is not None or self.audience == "identity"):
            raise ValueError("this is for jurisdiction passes alone")
        return self


@router.post("/passes")
async def issue_pass(signed_in: SignedIn, uow: Looking, resources: Built, body: PassRequest) -> dict[str, str]:
    key, moment = resources.pass_key, now()
    if body.kind == "memberships":
        token = await issuing.issue_memberships_proof(uow, key, signed_in, body.audience, moment)
    elif body.group_id is None:
        raise NoSuchGroup
    elif body.kind == "group":
        token = await issuing.issue_group_proof(uow, key, signed_in, body.group_id, body.audience, moment)
    else:
        token = await issuing.issue_jurisdiction_proof(
            uow, key, signed_in, body.group_id, body.audience, moment, person_id=body.person_id
        )
    return {"pass": token}
