"""A review of a group by staff: many markings in one act (P6 to P9). It changes no membership (P4)."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints, model_validator
from shared.clock import now
from shared.errors import Refusal
from shared.http.dependencies import Staff
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from groups.api.answers import MarkingAnswer
from groups.api.dependencies import AccessToken, Built, Unit
from groups.use_cases import review as reviewing

router = APIRouter(prefix="/staff", route_class=IdempotentRoute)


class Review(Body):
    """`purpose` is shown to the group's officers and members; `household` is declared for all that is marked."""

    person_ids: Annotated[list[UUID], Field(max_length=100, default_factory=list)]
    group: bool = False
    purpose: Annotated[Line, StringConstraints(min_length=5)]
    household: bool | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not self.person_ids and not self.group:
            raise ValueError("name somebody, or the group")
        return self


class Refused(Answer):
    code: str
    detail: str


class ReviewedAnswer(Answer):
    """Of `marking` and `refused` one is there. `person_id` is None for the group itself."""

    person_id: UUID | None
    marking: MarkingAnswer | None
    refused: Refused | None


class ReviewAnswer(Answer):
    results: list[ReviewedAnswer]


@router.post("/groups/{group_id}/reviews")
async def review(
    staff: Staff, uow: Unit, resources: Built, token: AccessToken, group_id: UUID, body: Review
) -> ReviewAnswer:
    subjects: list[UUID | None] = [*([None] if body.group else []), *dict.fromkeys(body.person_ids)]
    reviewed = await reviewing.review(
        uow,
        staff,
        group_id,
        subjects,
        purpose=body.purpose,
        declared_household=body.household,
        signs=resources.signs,
        access_token=token,
        now=now(),
    )
    return ReviewAnswer(results=[_reviewed(each) for each in reviewed])


def _reviewed(each: reviewing.Reviewed) -> ReviewedAnswer:
    if isinstance(each.outcome, Refusal):
        refused = Refused(code=each.outcome.code, detail=each.outcome.message)
        return ReviewedAnswer(person_id=each.person_id, marking=None, refused=refused)
    marking = MarkingAnswer.model_validate(each.outcome)
    return ReviewedAnswer(person_id=each.person_id, marking=marking, refused=None)
