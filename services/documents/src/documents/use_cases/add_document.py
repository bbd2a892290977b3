"""Adds a document to a group's vault."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from documents.domain.document import Document, Readers, Texts
from documents.domain.ledger import Act
from documents.domain.permissions import need_acting_officer
from documents.storage.folders import Folders
from documents.storage.group_keys import GroupKeys
from documents.storage.key_messages import TextKind
from documents.storage.ledger import write_line
from documents.storage.vault import Vault


async def add_document(
    uow: UnitOfWork,
    keys: GroupKeys,
    actor: Principal,
    proof: GroupPass,
    *,
    texts: Texts,
    readers: Readers,
    folder_id: UUID | None,
) -> Document:
    """The new document, without a version.

    Raises OnlyOfficers (P20), SecondFactorNeeded, and NothingHere for the folder.
    """
    need_acting_officer(actor, proof, now())
    document_id = new_id()
    # Sealed before the transaction begins: no transaction waits for another process where it need not.
    sealed = await keys.seal_texts(document_id, texts)
    document = Document(
        id=document_id,
        group_id=proof.group_id,
        readers=readers,
        sealed_name=sealed.sealed[TextKind.NAME],
        sealed_description=sealed.sealed.get(TextKind.DESCRIPTION),
        sealed_tags=sealed.sealed.get(TextKind.TAGS),
        texts_epoch=sealed.epoch,
        created_by=actor.id,
        created_at=now(),
        folder_id=folder_id,
    )
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        if folder_id is not None:
            await Folders(uow.session, proof).keep(folder_id)
        await vault.add(document)
        await write_line(uow.session, proof.group_id, document_id, Act.ADDED, document.created_at, person_id=actor.id)
    return document
