"""Finds documents by the words of their names and tags, which are opened with the reader's own proofs."""

from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Texts
from documents.domain.matching import is_found, words_of
from documents.storage.group_keys import GroupKeys
from documents.storage.vault import Vault
from documents.use_cases.read_documents import ReadableDocument, listed

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
    found, is_complete = await _look_through(uow, keys, proof, words)
    shown = list(found)[:MOST_FOUND]
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        # Asked again: what was put into the bin meanwhile is not shown.
        documents = await vault.named(shown)
        newest = await vault.newest_versions(documents)
    return Found([listed(document, found[document.id], newest) for document in documents], is_complete=is_complete)


async def _look_through(
    uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, words: list[str]
) -> tuple[dict[UUID, Texts], bool]:
    """What is found, and whether that is all there is. No more than one batch is held at a time."""
    found: dict[UUID, Texts] = {}
    last, are_sound = None, True
    for _ in range(0, MOST_SEARCHED, _BATCH):
        async with uow:
            # One more tells whether there are more.
            batch = await (await Vault.enter(uow.session, proof)).words(last, _BATCH + 1)
        is_last = len(batch) <= _BATCH
        del batch[_BATCH:]
        for document, texts in zip(batch, await keys.open_listed(batch), strict=True):
            are_sound = are_sound and texts is not None
            if texts is not None and is_found(words, (texts.name, *texts.tags)):
                found[document.id] = texts
        if is_last or len(found) > MOST_FOUND:
            return found, is_last and are_sound and len(found) <= MOST_FOUND
        last = batch[-1].id
    return found, False
