"""People without e-mail: kept with their consent, seen by the officers alone."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.kept_people import Consent, ConsentHow
from groups.use_cases import drop_kept_person as dropping
from groups.use_cases import keep_person as keeping
from groups.use_cases import list_kept_people as kept

router = APIRouter(route_class=IdempotentRoute)


class ConsentGiven(Body):
    """When and how they said yes."""

    given_on: date
    how: ConsentHow

    def as_given(self) -> Consent:
        return Consent(self.given_on, self.how)


class NewKeptPerson(Body):
    name: Line
    how_to_reach: Line
    consent: ConsentGiven


class KeptPersonChange(Body):
    name: Line | None = None
    how_to_reach: Line | None = None
    consent: ConsentGiven | None = None


class ConsentAnswer(Answer):
    given_on: date
    how: ConsentHow


class KeptPersonAnswer(Answer):
    id: UUID
    name: str
    how_to_reach: str
    consent: ConsentAnswer


class KeptPeopleAnswer(Answer):
    kept_people: list[KeptPersonAnswer]


@router.get("/groups/{group_id}/kept-people")
async def list_kept_people(member: Member, uow: Unit, group_id: UUID) -> KeptPeopleAnswer:
    people = await kept.list_kept_people(uow, member, group_id, now())
    return KeptPeopleAnswer(kept_people=[KeptPersonAnswer.model_validate(person) for person in people])


@router.post("/groups/{group_id}/kept-people", status_code=201)
async def keep_person(member: Member, uow: Unit, group_id: UUID, body: NewKeptPerson) -> KeptPersonAnswer:
    person = await keeping.keep_person(
        uow, member, group_id, body.name, body.how_to_reach, body.consent.as_given(), now()
    )
    return KeptPersonAnswer.model_validate(person)


@router.patch("/groups/{group_id}/kept-people/{kept_id}")
async def change_kept_person(
    member: Member, uow: Unit, group_id: UUID, kept_id: UUID, body: KeptPersonChange
) -> KeptPersonAnswer:
    person = await keeping.change_kept_person(
        uow,
        member,
        group_id,
        kept_id,
        name=body.name,
        how_to_reach=body.how_to_reach,
        consent=body.consent.as_given() if body.consent else None,
        now=now(),
    )
    return KeptPersonAnswer.model_validate(person)


@router.delete("/groups/{group_id}/kept-people/{kept_id}", status_code=204)
async def drop_kept_person(member: Member, uow: Unit, group_id: UUID, kept_id: UUID) -> None:
    await dropping.drop_kept_person(uow, member, group_id, kept_id, now())
