"""Reads what a vault holds: a page of documents, or one of them. Names are opened with the reader's own proofs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Document, Texts, Version
from documents.domain.errors import Damaged
from documents.storage.group_keys import GroupKeys
from documents.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ReadableDocument:
    """A document with its texts, None where they are damaged, and its ready versions: the newest first, or in a list
    the newest alone.
    """

    document: Document
    texts: Texts | None
    versions: Sequence[Version]


async def list_documents(
    uow: UnitOfWork,
    keys: GroupKeys,
    proof: GroupPass,
    *,
    after: UUID | None,
    limit: int,
    folder_id: UUID | None = None,
    pinned: bool | None = None,
) -> list[ReadableDocument]:
    """The newest first, without descriptions; only what the holder of the pass may read (P20).

    A folder that is not there, or that the holder may not see, holds nothing.
    """
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        documents = await vault.documents(after, limit, folder_id=folder_id, pinned=pinned)
        newest = await vault.newest_versions(documents)
    texts = await keys.open_listed(documents)
    return [listed(document, each, newest) for document, each in zip(documents, texts, strict=True)]


def listed(document: Document, texts: Texts | None, newest: Mapping[UUID, Version]) -> ReadableDocument:
    """As it stands in a list, where `newest` are the newest versions by document."""
    return ReadableDocument(document, texts, [newest[document.id]] if document.id in newest else [])


async def read_document(uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, document_id: UUID) -> ReadableDocument:
    """One document. Raises NothingHere, also for what the holder of the pass may not read (P20), and Damaged."""
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        document = await vault.document(document_id)
        versions = await vault.ready_versions(document_id)
    texts = await keys.open_texts(document)
    if texts is None:
        raise Damaged
    return ReadableDocument(document, texts, versions)
