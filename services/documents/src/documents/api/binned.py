"""The bin: what lies in it, and how it comes back (P22)."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import date, datetime
from uuid import UUID

from fastapi import APIRouter
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from documents.api.answers import DocumentAnswer, answer_of
from documents.api.dependencies import After, Keys, Limit, Pass, Unit
from documents.domain.document import Readers
from documents.use_cases import read_bin
from documents.use_cases.read_bin import NamedDocument
from documents.use_cases.restore_document import restore_document as restore

router = APIRouter(route_class=IdempotentRoute)


class BinnedDocument(Answer):
    """`deleted_by` is null where its last day had come. On `destroyed_on` it is gone for ever.

    A damaged name is null.
    """

    id: UUID
    name: str | None
    is_damaged: bool
    readers: Readers
    created_at: datetime
    deleted_at: datetime | None
    deleted_by: UUID | None
    destroyed_on: date | None


class BinPage(Answer):
    """`next` goes into `after` for what is older; null at the end."""

    documents: list[BinnedDocument]
    next: UUID | None


@router.get("/groups/{group_id}/bin")
async def list_bin(proof: Pass, keys: Keys, uow: Unit, after: After = None, limit: Limit = 50) -> BinPage:
    page = await read_bin.list_bin(uow, keys, proof, after=after, limit=limit)
    return BinPage(
        documents=[_binned(each) for each in page], next=page[-1].document.id if len(page) == limit else None
    )


@router.post("/groups/{group_id}/bin/{document_id}/restore")
async def restore_document(document_id: UUID, actor: Member, proof: Pass, keys: Keys, uow: Unit) -> DocumentAnswer:
    return answer_of(await restore(uow, keys, actor, proof, document_id))


def _binned(found: NamedDocument) -> BinnedDocument:
    document = found.document
    return BinnedDocument(
        id=document.id,
        name=found.name,
        is_damaged=found.name is None,
        readers=document.readers,
        created_at=document.created_at,
        deleted_at=document.deleted_at,
        deleted_by=document.deleted_by,
        destroyed_on=document.destroyed_on,
    )
