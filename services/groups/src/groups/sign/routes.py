"""The one thing that the signing process does."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from shared.auth.tokens import sign
from shared.clock import now
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, GssCode

from groups.domain.markings import LIFE
from groups.domain.statements import TYP, Draft, claims_of
from groups.sign.bootstrap import SignResources
from groups.sign.checks import check_area, check_marker, check_subject
from groups.sign.heads import AUDIT, MARKINGS, sign_head
from groups.sign.keys import key_of

router = APIRouter()


class ToSign(Body):
    marking_id: UUID
    subject_kind: str
    subject_id: UUID
    group_kind: str
    area: GssCode
    authority: str
    organisation_id: UUID


class SignedMarking(Answer):
    statement: str
    issued_at: datetime
    expires_at: datetime


async def _resources(request: Request) -> SignResources:
    resources = request.app.state.resources
    assert isinstance(resources, SignResources)  # noqa: S101 - the app's own bootstrap made it
    return resources


class SignedHead(Answer):
    """Up to which entry each log is signed; None while it is empty."""

    number: int | None
    audit_number: int | None


@router.post("/sign")
async def sign_marking(
    staff: Staff, body: ToSign, resources: Annotated[SignResources, Depends(_resources)]
) -> SignedMarking:
    draft = Draft(**dict(body))
    check_marker(staff, draft)
    check_subject(draft)
    await check_area(resources.engine, staff, draft.area)
    key = await key_of(resources.engine, resources.seal, draft.organisation_id)
    # Whole seconds, because that is what stands in the statement.
    issued = now().replace(microsecond=0)
    statement = sign(key.private, key.kid, TYP, claims_of(draft), issued=issued, life=LIFE)
    return SignedMarking(statement=statement, issued_at=issued, expires_at=issued + LIFE)


@router.post("/heads")
async def sign_log_head(resources: Annotated[SignResources, Depends(_resources)]) -> SignedHead:
    """Takes nobody's word and no hash: what is signed is read from the log itself, so anybody inside may ask."""
    return SignedHead(
        number=await sign_head(resources.engine, resources.seal, MARKINGS, now()),
        audit_number=await sign_head(resources.engine, resources.seal, AUDIT, now()),
    )
