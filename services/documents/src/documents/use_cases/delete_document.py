"""Puts a document into the bin, where nobody sees it, and ends its releases."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.permissions import need_officer
from documents.storage.releases import Releases
from documents.storage.vault import Vault
from documents.use_cases.revoke_release import revocation_of


async def delete_document(uow: UnitOfWork, actor: Principal, proof: GroupPass, document_id: UUID) -> None:
    """Raises OnlyOfficers, and NothingHere where it is in the bin already (P22)."""
    need_officer(proof)
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        document = await vault.document(document_id, to_change=True)
        document.put_into_bin(actor.id, now())
        for release in await Releases(uow.session, proof).of_document(document_id):
            release.revoke(actor.id, now())
            uow.record(revocation_of(release, ()))
