"""Many outside contacts for a mailing list at once, for the group's officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, TypeAdapter, ValidationError
from shared.clock import now
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from messaging.api.dependencies import Belongs, Built, Unit
from messaging.api.lists import Email
from messaging.domain.list_imports import MOST_ENTRIES, Entry, Outcome
from messaging.use_cases import import_contacts as importing

router = APIRouter(prefix="/groups/{group_id}/lists", route_class=IdempotentRoute, tags=["lists"])

_NAME: TypeAdapter[str] = TypeAdapter(Line)
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class ImportedEntry(Body):
    """Texts as they were typed: each entry is checked by itself, so that a bad one does not refuse the others."""

    name: str
    email: str


class ContactImport(Body):
    entries: Annotated[list[ImportedEntry], Field(min_length=1, max_length=MOST_ENTRIES)]


class EntryReport(Answer):
    """`number` counts the entries from 1."""

    number: int
    outcome: Outcome


class ImportReport(Answer):
    """One line for each entry, in order, and how many had each outcome."""

    entries: list[EntryReport]
    counts: dict[Outcome, int]


@router.post("/{list_id}/contacts/import")
async def import_contacts(list_id: UUID, body: ContactImport, proof: Belongs, uow: Unit, built: Built) -> ImportReport:
    entries = [Entry(_checked(_NAME, each.name), _checked(_EMAIL, each.email)) for each in body.entries]
    outcomes = await importing.import_contacts(uow, built.keyring, proof, list_id, entries, now())
    return ImportReport(
        entries=[EntryReport(number=number, outcome=outcome) for number, outcome in enumerate(outcomes, 1)],
        counts={outcome: outcomes.count(outcome) for outcome in Outcome},
    )


def _checked(kind: TypeAdapter[str], value: str) -> str | None:
    try:
        return kind.validate_python(value)
    except ValidationError:
        return None
