"""Says how much of a version's content is safely kept, so that a cut upload can go on."""

from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.permissions import need_officer
from documents.storage.parts import kept_bytes
from documents.storage.resumed_uploads import resumed_upload
from documents.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Kept:
    """So many of a version's `length` bytes are kept. It is complete when the version is ready."""

    kept: int
    length: int
    is_complete: bool


async def look_at_upload(uow: UnitOfWork, proof: GroupPass, document_id: UUID, version_id: UUID) -> Kept:
    """Raises OnlyOfficers and NothingHere."""
    need_officer(proof)
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        version = await vault.version(document_id, version_id)
        upload = await resumed_upload(uow.session, version)
        if upload is None and version.ready_at is None:
            # Between the two looks it may have become ready, with which the upload ends.
            await uow.session.refresh(version)
    if version.ready_at is not None:
        return Kept(version.length, version.length, is_complete=True)
    return Kept(kept_bytes(version.length, upload.kept_parts) if upload else 0, version.length, is_complete=False)
