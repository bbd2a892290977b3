"""A group's documents: list, add, read, change, put into the bin, declare a version."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, model_validator
from shared.http.dependencies import Member
from shared.http.fields import Body, Line, Paragraphs
from shared.http.idempotency import IdempotentRoute

from documents.api.answers import DocumentAnswer, DocumentsPage, VersionAnswer, answer_of, listed
from documents.api.dependencies import After, FromBootstrap, Keys, Limit, Pass, Unit
from documents.domain.document import Readers, Texts
from documents.use_cases import read_documents
from documents.use_cases.add_document import add_document
from documents.use_cases.change_document import change_document as change
from documents.use_cases.declare_version import declare_version
from documents.use_cases.delete_document import delete_document
from documents.use_cases.read_documents import ReadableDocument

MOST_TAGS = 10

router = APIRouter(route_class=IdempotentRoute)

Description = Annotated[Paragraphs, StringConstraints(max_length=2000)]
Tag = Annotated[Line, StringConstraints(max_length=30)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=MOST_TAGS)]


class NewDocument(Body):
    """`folder_id` null is the top."""

    name: Line
    description: Description | None = None
    readers: Readers
    folder_id: UUID | None = None
    tags: Tags = ()


class DocumentChange(Body):
    """What is named changes. Null takes a description, an expiry or a retention away, and moves to the top."""

    name: Line | None = None
    description: Description | None = None
    readers: Readers | None = None
    folder_id: UUID | None = None
    tags: Tags | None = None
    is_pinned: bool | None = None
    expires_on: date | None = None
    keep_until: date | None = None

    @model_validator(mode="after")
    def _need_values(self) -> Self:
        for name in ("name", "readers", "tags", "is_pinned"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null")
        return self


class NewVersion(Body):
    """`length` in bytes, of the content as it is before it is sealed."""

    length: Annotated[int, Field(ge=1)]


@router.get("/groups/{group_id}/documents")
async def list_documents(
    proof: Pass,
    keys: Keys,
    uow: Unit,
    after: After = None,
    limit: Limit = 50,
    folder_id: Annotated[UUID | None, Query()] = None,
    pinned: Annotated[bool | None, Query()] = None,
) -> DocumentsPage:
    page = await read_documents.list_documents(
        uow, keys, proof, after=after, limit=limit, folder_id=folder_id, pinned=pinned
    )
    return DocumentsPage(
        documents=[listed(each) for each in page],
        next=page[-1].document.id if len(page) == limit else None,
    )


@router.post("/groups/{group_id}/documents", status_code=201)
async def create_document(body: NewDocument, actor: Member, proof: Pass, keys: Keys, uow: Unit) -> DocumentAnswer:
    texts = Texts(body.name, body.description, body.tags)
    document = await add_document(uow, keys, actor, proof, texts=texts, readers=body.readers, folder_id=body.folder_id)
    return answer_of(ReadableDocument(document, texts, []))


@router.get("/groups/{group_id}/documents/{document_id}")
async def read_document(document_id: UUID, proof: Pass, keys: Keys, uow: Unit) -> DocumentAnswer:
    return answer_of(await read_documents.read_document(uow, keys, proof, document_id))


@router.patch("/groups/{group_id}/documents/{document_id}")
async def change_document(
    document_id: UUID, body: DocumentChange, actor: Member, proof: Pass, keys: Keys, uow: Unit
) -> DocumentAnswer:
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    return answer_of(await change(uow, keys, actor, proof, document_id, changes))


@router.delete("/groups/{group_id}/documents/{document_id}", status_code=204)
async def remove_document(document_id: UUID, actor: Member, proof: Pass, uow: Unit) -> None:
    await delete_document(uow, actor, proof, document_id)


@router.post("/groups/{group_id}/documents/{document_id}/versions", status_code=201)
async def create_version(
    document_id: UUID, body: NewVersion, actor: Member, proof: Pass, keys: Keys, uow: Unit, resources: FromBootstrap
) -> VersionAnswer:
    version = await declare_version(
        uow,
        keys,
        actor,
        proof,
        document_id,
        length=body.length,
        largest=resources.settings.largest_document_bytes,
        usual_quota=resources.settings.quota_bytes,
    )
    return VersionAnswer.model_validate(version)
