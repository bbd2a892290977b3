"""What is told of documents and versions, by several routes."""

from datetime import date, datetime
from uuid import UUID

from shared.http.fields import Answer

from documents.domain.document import Readers
from documents.use_cases.read_documents import ReadableDocument


class VersionAnswer(Answer):
    """`ready_at` is null until the content has come."""

    id: UUID
    length: int
    added_by: UUID
    created_at: datetime
    ready_at: datetime | None


class _Known(Answer):
    """`folder_id` null is the top. On `leaves_on` the document goes into the bin by itself.

    Where `is_damaged`, what is written about the document does not open: `name` is null, and there are no tags.
    """

    id: UUID
    name: str | None
    is_damaged: bool
    tags: list[str]
    readers: Readers
    folder_id: UUID | None
    pinned_at: datetime | None
    expires_on: date | None
    keep_until: date | None
    leaves_on: date | None
    created_by: UUID
    created_at: datetime


class ListedDocument(_Known):
    newest_version: VersionAnswer | None


class DocumentAnswer(_Known):
    """Ready versions only, the newest first."""

    description: str | None
    versions: list[VersionAnswer]


class DocumentsPage(Answer):
    """`next` goes into `after` for what is older; null at the end."""

    documents: list[ListedDocument]
    next: UUID | None


def listed(found: ReadableDocument) -> ListedDocument:
    newest = VersionAnswer.model_validate(found.versions[0]) if found.versions else None
    return ListedDocument(**_known(found).model_dump(), newest_version=newest)


def answer_of(found: ReadableDocument) -> DocumentAnswer:
    return DocumentAnswer(
        **_known(found).model_dump(),
        description=found.texts and found.texts.description,
        versions=[VersionAnswer.model_validate(version) for version in found.versions],
    )


def _known(found: ReadableDocument) -> _Known:
    document = found.document
    return _Known(
        id=document.id,
        name=found.texts and found.texts.name,
        is_damaged=found.texts is None,
        tags=list(found.texts.tags) if found.texts else [],
        readers=document.readers,
        folder_id=document.folder_id,
        pinned_at=document.pinned_at,
        expires_on=document.expires_on,
        keep_until=document.keep_until,
        leaves_on=document.leaves_on,
        created_by=document.created_by,
        created_at=document.created_at,
    )
