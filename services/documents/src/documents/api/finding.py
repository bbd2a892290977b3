"""Documents found by their words, and those for which a day is coming."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from shared.http.fields import Answer, Line

from documents.api.answers import ListedDocument, listed
from documents.api.dependencies import Keys, Pass, Unit
from documents.use_cases import search_documents as searching
from documents.use_cases.read_bin import read_due

router = APIRouter()

Asked = Annotated[Line, Query()]


class FoundDocuments(Answer):
    """At most 100, the newest first. `is_complete` is false where there may be more: too many for one search, which a
    narrower one helps, or a damaged one whose words cannot be looked at.
    """

    documents: list[ListedDocument]
    is_complete: bool


class DueDocument(Answer):
    """On `on` it goes into the bin, or out of it for ever. A damaged name is null."""

    id: UUID
    name: str | None
    is_damaged: bool
    on: date


class DueDocuments(Answer):
    """At most 100 of each, the soonest first."""

    leaving: list[DueDocument]
    in_bin: list[DueDocument]


@router.get("/groups/{group_id}/documents/search")
async def search_documents(q: Asked, proof: Pass, keys: Keys, uow: Unit) -> FoundDocuments:
    found = await searching.search_documents(uow, keys, proof, q)
    return FoundDocuments(documents=[listed(each) for each in found.documents], is_complete=found.is_complete)


@router.get("/groups/{group_id}/documents/due")
async def list_due_documents(proof: Pass, keys: Keys, uow: Unit) -> DueDocuments:
    due = await read_due(uow, keys, proof)
    return DueDocuments(
        leaving=[_due(each.document.id, each.name, each.document.leaves_on) for each in due.leaving],
        in_bin=[_due(each.document.id, each.name, each.document.destroyed_on) for each in due.in_bin],
    )


def _due(document_id: UUID, name: str | None, on: date | None) -> DueDocument:
    assert on is not None  # noqa: S101 - as both lists ask for it
    return DueDocument(id=document_id, name=name, is_damaged=name is None, on=on)
