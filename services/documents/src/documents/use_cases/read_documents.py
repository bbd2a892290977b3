"""Reads what a vault holds: a page of documents, or one of them. Names are opened with the reader's own proofs."""

from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Document, Version
from documents.storage.group_keys import GroupKeys
from documents.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ReadableDocument:
    """A document with its texts, and its ready versions with the newest first."""

    document: Document
    name: str
    description: str | None
    versions: list[Version]


async def list_documents(
    uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, *, after: UUID | None, limit: int
) -> list[ReadableDocument]:
    """The newest first, without descriptions; only what the holder of the pass may read (P20)."""
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        documents = await vault.documents(after, limit)
        versions = await vault.ready_versions(documents)
    names = await keys.open_names(documents)
    return [
        ReadableDocument(document, name, None, versions[document.id])
        for document, name in zip(documents, names, strict=True)
    ]


async def read_document(uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, document_id: UUID) -> ReadableDocument:
    """One document. Raises NothingHere, also for what the holder of the pass may not read (P20)."""
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        document = await vault.document(document_id)
        versions = await vault.ready_versions([document])
    name, description = await keys.open_texts(document)
    return ReadableDocument(document, name, description, versions[document.id])
