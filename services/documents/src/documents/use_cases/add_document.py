"""Adds a document to a group's vault."""

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from documents.domain.document import Document, Readers
from documents.domain.permissions import need_officer
from documents.storage.group_keys import GroupKeys
from documents.storage.key_messages import TextKind
from documents.storage.vault import Vault


async def add_document(
    uow: UnitOfWork,
    keys: GroupKeys,
    actor: Principal,
    proof: GroupPass,
    *,
    name: str,
    description: str | None,
    readers: Readers,
) -> Document:
    """The new document, without a version. Raises OnlyOfficers (P20)."""
    need_officer(proof)
    document_id = new_id()
    texts = {TextKind.NAME: name} | ({TextKind.DESCRIPTION: description} if description else {})
    # Sealed before the transaction begins: no transaction waits for another process where it need not.
    sealed = await keys.seal(document_id, texts)
    document = Document(
        id=document_id,
        group_id=proof.group_id,
        readers=readers,
        sealed_name=sealed.sealed[TextKind.NAME],
        sealed_description=sealed.sealed.get(TextKind.DESCRIPTION),
        texts_epoch=sealed.epoch,
        created_by=actor.id,
        created_at=now(),
    )
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        await vault.add(document)
    return document
