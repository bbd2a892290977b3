"""Revokes a release, whole or for some of its recipients."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.contracts.documents import ReleaseRevoked
from shared.db.unit_of_work import UnitOfWork

from documents.domain.ledger import Act
from documents.domain.permissions import need_forwarder, need_second_factor
from documents.domain.release import Release
from documents.storage.ledger import write_line
from documents.storage.releases import Releases
from documents.use_cases.read_releases import ReleaseWithLinks


async def revoke_release(
    uow: UnitOfWork, actor: Principal, proof: GroupPass, release_id: UUID, refs: Sequence[UUID] | None
) -> ReleaseWithLinks:
    """No download that starts after the answer succeeds. `refs` None means everybody.

    Repeating it changes nothing. Raises MayNotForward, SecondFactorNeeded, and NothingHere for a release or link
    that is not there.
    """
    need_forwarder(proof)
    need_second_factor(actor, now())
    async with uow:
        releases = await Releases.enter(uow.session, proof)
        release = await releases.to_change(release_id)
        before = release.version
        if refs is None:
            release.revoke(actor.id, now())
        elif await releases.revoke_links(release_id, refs, now()) and release.revoked_at is None:
            release.version += 1
        recipients = (await releases.recipients([release_id]))[release_id]
        if release.version > before:
            await write_line(
                uow.session,
                proof.group_id,
                release.document_id,
                Act.REVOKED,
                now(),
                person_id=actor.id,
                release_id=release_id,
            )
            uow.record(revocation_of(release, [link.ref for link in recipients if link.revoked_at]))
    return ReleaseWithLinks(release, recipients)


def revocation_of(release: Release, revoked_refs: Sequence[UUID]) -> ReleaseRevoked:
    """What is revoked of a release by now, all of it: a reader that saw only this event knows everything."""
    return ReleaseRevoked(
        release_id=release.id,
        group_id=release.group_id,
        recipient_refs=None if release.revoked_at else list(revoked_refs),
        version=release.version,
    )
