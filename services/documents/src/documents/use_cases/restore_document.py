"""Brings a document back from the bin."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.ledger import Act
from documents.domain.permissions import need_acting_officer
from documents.storage.bin import Bin
from documents.storage.group_keys import GroupKeys
from documents.storage.ledger import write_line
from documents.storage.vault import Vault
from documents.use_cases.read_documents import ReadableDocument


async def restore_document(
    uow: UnitOfWork, keys: GroupKeys, actor: Principal, proof: GroupPass, document_id: UUID
) -> ReadableDocument:
    """The document, at its old place, or at the top where its folder is gone. Its releases stay ended (P22).

    One that is damaged comes back too, so that it is not destroyed before it is repaired.

    Raises OnlyOfficers, SecondFactorNeeded, NothingHere for what is not in the bin, and NoLongerInBin after 30 days.
    """
    at = now()
    need_acting_officer(actor, proof, at)
    async with uow:
        await (await Bin.enter(uow.session, proof)).restore(document_id, at)
        await write_line(uow.session, proof.group_id, document_id, Act.RESTORED, at, person_id=actor.id)
        vault = Vault(uow.session, proof)
        document = await vault.document(document_id)
        versions = await vault.ready_versions(document_id)
        # Before the end of the transaction: who is told that it cannot be done now asks again for what is in the bin.
        texts = await keys.open_texts(document)
    return ReadableDocument(document, texts, versions)
