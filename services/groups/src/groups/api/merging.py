"""Two schemes become one: one coordinator makes a link, the other uses it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.use_cases import make_merge_link as making
from groups.use_cases import merge_schemes as merging

router = APIRouter(prefix="/groups/{group_id}", route_class=IdempotentRoute)


class MergeLinkAnswer(Answer):
    """For the coordinator of the other scheme. The secret is shown this once."""

    secret: str
    expires_at: datetime


class Merge(Body):
    """The secret is from the scheme that goes on; this one is closed for good, and its documents with it."""

    secret: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class MergedAnswer(Answer):
    """The scheme that goes on."""

    id: UUID
    name: str


@router.post("/merge-links", status_code=201)
async def make_merge_link(member: Member, uow: Unit, group_id: UUID) -> MergeLinkAnswer:
    return MergeLinkAnswer.model_validate(await making.make_merge_link(uow, member, group_id, now()))


@router.post("/merge")
async def merge_schemes(member: Member, uow: Unit, group_id: UUID, body: Merge) -> MergedAnswer:
    return MergedAnswer.model_validate(await merging.merge_schemes(uow, member, group_id, body.secret, now()))
