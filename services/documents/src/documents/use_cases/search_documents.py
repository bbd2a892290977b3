"""Finds documents by the words of their names and tags, which are opened with the reader's own proofs."""

from dataclasses import dataclass

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Document, Texts
from documents.domain.matching import is_found, words_of
from documents.storage.group_keys import GroupKeys
from documents.storage.vault import Vault
from documents.use_cases.read_documents import ReadableDocument

MOST_SEARCHED = 5000
MOST_FOUND = 100
_BATCH = 100
"""With name and tags of each, as many texts as the keys process opens at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """`is_complete` is False where there may be more: over 100 were found, there are over 5,000 to look at, or the
    words of one are damaged.
    """

    documents: list[ReadableDocument]
    is_complete: bool


async def search_documents(uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, asked: str) -> Found:
    """The newest first, of what the holder of the pass may read (P20). Words may be beginnings; case does not count."""
    words = words_of(asked)
    if not words:
        return Found([], is_complete=True)
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        documents = await vault.documents(None, MOST_SEARCHED + 1)
    found: list[tuple[Document, Texts]] = []
    are_sound = True
    for first in range(0, min(len(documents), MOST_SEARCHED), _BATCH):
        batch = documents[first : min(first + _BATCH, MOST_SEARCHED)]
        opened = await keys.open_listed(batch)
        are_sound = are_sound and None not in opened
        found += [
            (document, texts)
            for document, texts in zip(batch, opened, strict=True)
            if texts is not None and is_found(words, (texts.name, *texts.tags))
        ]
        if len(found) > MOST_FOUND:
            break
    shown = found[:MOST_FOUND]
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        versions = await vault.ready_versions([document for document, _ in shown])
    return Found(
        [ReadableDocument(document, texts, versions[document.id]) for document, texts in shown],
        is_complete=len(found) <= MOST_FOUND and len(documents) <= MOST_SEARCHED and are_sound,
    )
