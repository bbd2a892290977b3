"""Makes a version ready with the object that was stored for it, or removes the object (P22)."""

from datetime import datetime
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.blobs.store import BlobStore
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger

from documents.domain.document import Version
from documents.domain.errors import StoreAway
from documents.domain.ledger import Act
from documents.storage.contents import settle_upload
from documents.storage.ledger import write_line
from documents.storage.resumed_uploads import end_resumed
from documents.storage.vault import Vault

log = get_logger("uploads")


async def look_at_version(uow: UnitOfWork, proof: GroupPass, document_id: UUID, version_id: UUID) -> Version:
    """The version, ready or not. Raises NothingHere."""
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        return await vault.version(document_id, version_id)


async def make_version_ready(
    uow: UnitOfWork, store: BlobStore, proof: GroupPass, version: Version, object_key: str
) -> datetime | None:
    """When this object became the version's content, None where another did: of several, one does. Raises StoreAway
    where the worker took the upload for dead and has removed the object.
    """
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        at = now()
        won = await vault.make_ready(version, object_key, at)
        if won and not await settle_upload(uow.session, object_key):
            raise StoreAway
        if won:
            await write_line(
                uow.session,
                proof.group_id,
                version.document_id,
                Act.VERSION_ADDED,
                now(),
                person_id=proof.person_id,
                version_id=version.id,
            )
        # An upload in parts for the same version has lost; its own went with the row that was settled.
        lost = await end_resumed(uow.session, version) if won else None
    if lost is not None:
        await give_up(uow, store, lost)
    return at if won else None


async def give_up(uow: UnitOfWork, store: BlobStore, object_key: str) -> None:
    """Removes what an upload has stored, unless it is a version's content; never raises."""
    # What cannot be removed now is removed by the worker: its row stays. Where the row is gone although nobody told us
    # (the answer to the commit was lost), the version is ready and the object is its content.
    try:
        async with uow:
            if await settle_upload(uow.session, object_key):
                await remove_stored(store, object_key)
    except Exception as error:  # noqa: BLE001 - the caller's own error is the one to be told
        log.warning("upload_left_behind", error=error)


async def remove_stored(store: BlobStore, object_key: str) -> None:
    """Removes an object, and the parts of what has not become one. Raises StoreUnavailable."""
    await store.parted.give_up_all(object_key)
    await store.delete(object_key)
