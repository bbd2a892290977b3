"""Puts a document into the bin, where nobody sees it, and ends its releases."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.ledger import Act
from documents.domain.permissions import need_acting_officer
from documents.storage.ledger import write_line
from documents.storage.releases import Releases
from documents.storage.vault import Vault
from documents.use_cases.revoke_release import revocation_of


async def delete_document(uow: UnitOfWork, actor: Principal, proof: GroupPass, document_id: UUID) -> None:
    """Raises OnlyOfficers, SecondFactorNeeded, KeptUntil, and NothingHere where it is in the bin already (P22)."""
    need_acting_officer(actor, proof, now())
    at = now()
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        document = await vault.document(document_id, to_change=True)
        document.put_into_bin(actor.id, at)
        await write_line(uow.session, proof.group_id, document_id, Act.PUT_INTO_BIN, at, person_id=actor.id)
        for release in await Releases(uow.session, proof).of_document(document_id):
            release.revoke(actor.id, at)
            await write_line(
                uow.session, proof.group_id, document_id, Act.REVOKED, at, person_id=actor.id, release_id=release.id
            )
            uow.record(revocation_of(release, ()))
