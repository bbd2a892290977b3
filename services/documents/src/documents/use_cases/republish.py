"""Records the events of every release again, so that a reader can be rebuilt."""

from collections.abc import Callable
from uuid import UUID

from shared.contracts.documents import ReleaseCreated
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.release import Recipient, Release
from documents.storage.group_scope import enter_group
from documents.storage.tables import vaults
from documents.use_cases.revoke_release import revocation_of


async def republish(unit_of_work: Callable[[], UnitOfWork]) -> int:
    """How many releases were told again. One transaction for each group: no query sees two of them."""
    async with unit_of_work() as uow:
        group_ids = list(await uow.session.scalars(select(vaults.c.group_id)))
    told = 0
    for group_id in group_ids:
        async with unit_of_work() as uow:
            told += await _tell_again(uow, group_id)
    return told


async def _tell_again(uow: UnitOfWork, group_id: UUID) -> int:
    await enter_group(uow.session, group_id)
    releases = (await uow.session.scalars(select(Release))).all()
    for release in releases:
        uow.record(
            ReleaseCreated(
                release_id=release.id,
                group_id=release.group_id,
                list_id=release.list_id,
                released_by=release.released_by,
                expires_at=release.expires_at,
                # What it says never changes, so it is always the first version of the row.
                version=1,
            )
        )
        if release.version > 1:
            uow.record(revocation_of(release, await _revoked_refs(uow.session, release.id)))
    return len(releases)


async def _revoked_refs(session: AsyncSession, release_id: UUID) -> list[UUID]:
    links = await session.scalars(select(Recipient).filter_by(release_id=release_id))
    return [link.ref for link in links if link.revoked_at is not None]
