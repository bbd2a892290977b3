"""Changes what is known of a document: its texts, its readers, its place, its days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Document, Texts, need_future
from documents.domain.errors import Damaged
from documents.domain.ledger import Act
from documents.domain.permissions import need_acting_officer
from documents.storage.folders import Folders
from documents.storage.group_keys import GroupKeys
from documents.storage.key_messages import TextKind
from documents.storage.ledger import write_line
from documents.storage.vault import Vault
from documents.use_cases.read_documents import ReadableDocument

Changes = Mapping[str, Any]  # a value for each name of _TEXTS and _FIELDS that is to change, and `is_pinned`

_TEXTS = {"name": Act.RENAMED, "description": Act.DESCRIBED, "tags": Act.TAGGED}
_FIELDS = {
    "readers": Act.READERS_CHANGED,
    "folder_id": Act.MOVED,
    "expires_on": Act.EXPIRY_CHANGED,
    "keep_until": Act.RETENTION_CHANGED,
}


async def change_document(
    uow: UnitOfWork, keys: GroupKeys, actor: Principal, proof: GroupPass, document_id: UUID, changes: Changes
) -> ReadableDocument:
    """The document as it now is; what is already so is no change, and no line in the ledger.

    Raises OnlyOfficers, SecondFactorNeeded, DateHasPassed, Damaged, and NothingHere, also for a folder that is not
    there.
    """
    need_acting_officer(actor, proof, now())
    at = now()
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        if changes.get("folder_id") is not None:
            await Folders(uow.session, proof).keep(changes["folder_id"])
        # Held while the keys process works: all texts are sealed together, and a change between would be lost.
        document = await vault.document(document_id, to_change=True)
        before = await keys.open_texts(document)
        if before is None:
            raise Damaged
        after = replace(before, **{name: changes[name] for name in _TEXTS if name in changes})
        acts = [act for name, act in _TEXTS.items() if getattr(before, name) != getattr(after, name)]
        if acts:
            await _seal(keys, document, after)
        acts += _change_fields(document, changes, at) + _pin(document, changes, at)
        document.version += bool(acts)
        for act in acts:
            await write_line(uow.session, proof.group_id, document_id, act, at, person_id=actor.id)
        versions = await vault.ready_versions(document_id)
    return ReadableDocument(document, after, versions)


async def _seal(keys: GroupKeys, document: Document, texts: Texts) -> None:
    sealed = await keys.seal_texts(document.id, texts)
    document.sealed_name = sealed.sealed[TextKind.NAME]
    document.sealed_description = sealed.sealed.get(TextKind.DESCRIPTION)
    document.sealed_tags = sealed.sealed.get(TextKind.TAGS)
    document.texts_epoch = sealed.epoch


def _change_fields(document: Document, changes: Changes, at: datetime) -> list[Act]:
    acts = []
    for name, act in _FIELDS.items():
        if name in changes and changes[name] != getattr(document, name):
            if name in {"expires_on", "keep_until"}:
                need_future(changes[name], at.date())
            setattr(document, name, changes[name])
            acts.append(act)
    return acts


def _pin(document: Document, changes: Changes, at: datetime) -> list[Act]:
    wanted = changes.get("is_pinned")
    if wanted is None or wanted == (document.pinned_at is not None):
        return []
    document.pinned_at = at if wanted else None
    return [Act.PINNED if wanted else Act.UNPINNED]
