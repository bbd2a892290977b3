"""A group's mailing lists, for its officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AfterValidator, EmailStr, Field
from shared.clock import now
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute
from shared.mail.message import UnsafeHeader, safe_address

from messaging.api.dependencies import Belongs, Built, Unit
from messaging.use_cases import add_contact as adding
from messaging.use_cases import change_list as changing
from messaging.use_cases import make_list as making
from messaging.use_cases import read_lists as reading

router = APIRouter(prefix="/groups/{group_id}/lists", route_class=IdempotentRoute, tags=["lists"])


def _deliverable(value: str) -> str:
    try:
        return safe_address(value)
    except UnsafeHeader as error:
        raise ValueError("not an address that mail can be sent to safely") from error


Email = Annotated[EmailStr, AfterValidator(_deliverable), Field(max_length=254)]


class NewList(Body):
    name: Line


class Made(Answer):
    id: UUID


class ListAnswer(Answer):
    id: UUID
    name: str
    contacts: int
    members: int


class ListsAnswer(Answer):
    lists: list[ListAnswer]


class ContactAnswer(Answer):
    """`state` is `pending`, `confirmed` or `left`."""

    id: UUID
    name: str
    email: str
    state: str


class ListMemberAnswer(Answer):
    person_id: UUID
    name: str | None


class WholeListAnswer(Answer):
    id: UUID
    name: str
    contacts: list[ContactAnswer]
    members: list[ListMemberAnswer]


class RecipientAnswer(Answer):
    """Who has the link of `ref`: `contact` with `email`, or `member`; `state` is the delivery's of its mail."""

    ref: UUID
    state: str
    contact: str | None
    email: str | None
    member: str | None


class RecipientsAnswer(Answer):
    recipients: list[RecipientAnswer]


class NewContact(Body):
    email: Email
    name: Line


@router.get("")
async def list_lists(proof: Belongs, uow: Unit) -> ListsAnswer:
    return ListsAnswer(lists=[ListAnswer.model_validate(each) for each in await reading.read_lists(uow, proof)])


@router.post("", status_code=201)
async def make_list(body: NewList, proof: Belongs, uow: Unit) -> Made:
    return Made(id=await making.make_list(uow, proof, body.name, now()))


@router.get("/{list_id}")
async def read_list(list_id: UUID, proof: Belongs, uow: Unit) -> WholeListAnswer:
    return WholeListAnswer.model_validate(await reading.read_list(uow, proof, list_id))


@router.get("/{list_id}/releases/{release_id}")
async def list_release_recipients(list_id: UUID, release_id: UUID, proof: Belongs, uow: Unit) -> RecipientsAnswer:
    found = await reading.read_release_recipients(uow, proof, list_id, release_id)
    return RecipientsAnswer(recipients=[RecipientAnswer.model_validate(each) for each in found])


@router.post("/{list_id}/contacts", status_code=202)
async def add_contact(list_id: UUID, body: NewContact, proof: Belongs, uow: Unit, built: Built) -> Made:
    contact_id = await adding.add_contact(
        uow, built.keyring, proof, list_id, email=body.email, name=body.name, now=now()
    )
    return Made(id=contact_id)


@router.delete("/{list_id}/contacts/{contact_id}", status_code=204)
async def remove_contact(list_id: UUID, contact_id: UUID, proof: Belongs, uow: Unit) -> None:
    await changing.remove_contact(uow, proof, list_id, contact_id)


@router.put("/{list_id}/members/{person_id}", status_code=204)
async def put_list_member(list_id: UUID, person_id: UUID, proof: Belongs, uow: Unit) -> None:
    await changing.put_list_member(uow, proof, list_id, person_id, now())


@router.delete("/{list_id}/members/{person_id}", status_code=204)
async def remove_list_member(list_id: UUID, person_id: UUID, proof: Belongs, uow: Unit) -> None:
    await changing.remove_list_member(uow, proof, list_id, person_id)
