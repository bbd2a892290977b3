"""Reads a group's releases, each with its links and how often they were used (P21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.permissions import need_forwarder
from documents.domain.release import Download, Recipient, Release
from documents.storage.releases import Releases


@dataclass(frozen=True, slots=True)
class ReleaseWithLinks:
    """A release and its links."""

    release: Release
    recipients: list[Recipient]


async def list_releases(uow: UnitOfWork, proof: GroupPass, *, after: UUID | None, limit: int) -> list[ReleaseWithLinks]:
    """The newest first. Raises MayNotForward."""
    need_forwarder(proof)
    async with uow:
        releases = await Releases.enter(uow.session, proof)
        page = await releases.page(after, limit)
        recipients = await releases.recipients([release.id for release in page])
    return [ReleaseWithLinks(release, recipients[release.id]) for release in page]


async def list_downloads(
    uow: UnitOfWork, proof: GroupPass, release_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Download]:
    """By which link and when, the newest first. Raises MayNotForward and NothingHere."""
    need_forwarder(proof)
    async with uow:
        releases = await Releases.enter(uow.session, proof)
        return await releases.downloads(release_id, after, limit)
