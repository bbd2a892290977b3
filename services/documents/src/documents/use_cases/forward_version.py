"""Forwards a version to one of the group's mailing lists: a release (P21)."""

from datetime import timedelta
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.documents import ReleaseCreated
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from documents.domain.errors import NotReadyYet
from documents.domain.ledger import Act
from documents.domain.permissions import need_forwarder, need_second_factor
from documents.domain.release import Release
from documents.storage.group_keys import GroupKeys
from documents.storage.key_messages import TextKind
from documents.storage.ledger import write_line
from documents.storage.releases import Releases
from documents.storage.vault import Vault


async def forward_version(
    uow: UnitOfWork,
    keys: GroupKeys,
    actor: Principal,
    proof: GroupPass,
    *,
    document_id: UUID,
    version_id: UUID,
    list_id: UUID,
    expires_in: timedelta,
    download_limit: int | None,
    note: str | None,
) -> Release:
    """The release; messaging checks the list, makes the links and sends them.

    Raises MayNotForward, SecondFactorNeeded, NothingHere and NotReadyYet.
    """
    need_forwarder(proof)
    need_second_factor(actor, now())
    release_id = new_id()
    sealed_note = await keys.seal(release_id, {TextKind.NOTE: note}) if note else None
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        # Held, so that a deletion that comes between sees this release and ends it.
        document = await vault.document(document_id, to_change=True)
        version = await vault.version(document_id, version_id)
        if version.ready_at is None:
            raise NotReadyYet
        release = Release(
            id=release_id,
            group_id=proof.group_id,
            document_id=document_id,
            version_id=version_id,
            list_id=list_id,
            released_by=actor.id,
            created_at=now(),
            expires_at=now() + expires_in,
            download_limit=download_limit,
            has_note=sealed_note is not None,
        )
        await keys.release(release, document, version, sealed_note)
        Releases(uow.session, proof).add(release)
        await write_line(
            uow.session,
            proof.group_id,
            document_id,
            Act.RELEASED,
            release.created_at,
            person_id=actor.id,
            version_id=version_id,
            release_id=release.id,
        )
        uow.record(
            ReleaseCreated(
                release_id=release.id,
                group_id=release.group_id,
                list_id=list_id,
                released_by=actor.id,
                expires_at=release.expires_at,
                version=release.version,
            )
        )
    return release
