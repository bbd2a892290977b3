"""A group's documents: list, add, read, put into the bin, declare a version."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute

from documents.api.dependencies import After, FromBootstrap, Keys, Limit, Pass, Unit
from documents.domain.document import Document, Readers, Version
from documents.use_cases import read_documents
from documents.use_cases.add_document import add_document
from documents.use_cases.declare_version import declare_version
from documents.use_cases.delete_document import delete_document
from documents.use_cases.read_documents import ReadableDocument

router = APIRouter(route_class=IdempotentRoute)

Description = Annotated[Paragraphs, StringConstraints(max_length=2000)]


class NewDocument(Body):
    name: Line
    description: Description | None = None
    readers: Readers


class NewVersion(Body):
    """`length` in bytes, of the content as it is before it is sealed."""

    length: Annotated[int, Field(ge=1)]


class VersionAnswer(Answer):
    """`ready_at` is null until the content has come."""

    id: UUID
    length: int
    added_by: UUID
    created_at: datetime
    ready_at: datetime | None


class ListedDocument(Answer):
    id: UUID
    name: str
    readers: Readers
    created_by: UUID
    created_at: datetime
    newest_version: VersionAnswer | None


class DocumentsPage(Answer):
    """`next` goes into `after` for what is older; null at the end."""

    documents: list[ListedDocument]
    next: UUID | None


class DocumentAnswer(Answer):
    """Ready versions only, the newest first."""

    id: UUID
    name: str
    description: str | None
    readers: Readers
    created_by: UUID
    created_at: datetime
    versions: list[VersionAnswer]


@router.get("/groups/{group_id}/documents")
async def list_documents(proof: Pass, keys: Keys, uow: Unit, after: After = None, limit: Limit = 50) -> DocumentsPage:
    page = await read_documents.list_documents(uow, keys, proof, after=after, limit=limit)
    return DocumentsPage(
        documents=[_listed(each) for each in page],
        next=page[-1].document.id if len(page) == limit else None,
    )


@router.post("/groups/{group_id}/documents", status_code=201)
async def create_document(body: NewDocument, actor: Member, proof: Pass, keys: Keys, uow: Unit) -> DocumentAnswer:
    document = await add_document(
        uow, keys, actor, proof, name=body.name, description=body.description, readers=body.readers
    )
    return _answer(document, body.name, body.description, [])


@router.get("/groups/{group_id}/documents/{document_id}")
async def read_document(document_id: UUID, proof: Pass, keys: Keys, uow: Unit) -> DocumentAnswer:
    found = await read_documents.read_document(uow, keys, proof, document_id)
    return _answer(found.document, found.name, found.description, found.versions)


@router.delete("/groups/{group_id}/documents/{document_id}", status_code=204)
async def remove_document(document_id: UUID, actor: Member, proof: Pass, uow: Unit) -> None:
    await delete_document(uow, actor, proof, document_id)


@router.post("/groups/{group_id}/documents/{document_id}/versions", status_code=201)
async def create_version(
    document_id: UUID, body: NewVersion, actor: Member, proof: Pass, keys: Keys, uow: Unit, resources: FromBootstrap
) -> VersionAnswer:
    largest = resources.settings.largest_document_bytes
    version = await declare_version(uow, keys, actor, proof, document_id, length=body.length, largest=largest)
    return VersionAnswer.model_validate(version)


def _listed(found: ReadableDocument) -> ListedDocument:
    document = found.document
    return ListedDocument(
        id=document.id,
        name=found.name,
        readers=document.readers,
        created_by=document.created_by,
        created_at=document.created_at,
        newest_version=VersionAnswer.model_validate(found.versions[0]) if found.versions else None,
    )


def _answer(document: Document, name: str, description: str | None, versions: list[Version]) -> DocumentAnswer:
    return DocumentAnswer(
        id=document.id,
        name=name,
        description=description,
        readers=document.readers,
        created_by=document.created_by,
        created_at=document.created_at,
        versions=[VersionAnswer.model_validate(version) for version in versions],
    )
