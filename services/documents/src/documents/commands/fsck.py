"""Looks through the vaults, one group after the other, for what is missing, orphaned or does not open. Reports only."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from shared.blobs.errors import BlobMissing
from shared.blobs.store import BlobStore
from sqlalchemy import select

from documents.bootstrap import Resources
from documents.commands.check_sealed_rows import check_sealed_rows, check_wraps
from documents.commands.check_versions import check_version, each_version
from documents.commands.finding import Finding
from documents.keys.bootstrap import KeyResources
from documents.storage.tables import group_keys, uploads, vaults


async def fsck(
    resources: Resources, keys: KeyResources, at: datetime, group_ids: Sequence[UUID] = ()
) -> AsyncIterator[Finding]:
    """What is wrong in these groups; or in all, and then also what lies in the store without a row.

    It may run while people work. Raises StoreUnavailable and RootAway: then the rest was not looked at.
    """
    # In this order: whatever is stored was noted as an upload first, and belongs to a version when the note goes.
    stored = set() if group_ids else {blob.key async for blob in resources.store.list()}
    named = await _noted(resources)
    for group_id in group_ids or await _all_groups(resources, keys):
        async for version in each_version(resources, group_id):
            if version.object_key is not None:
                named.add(version.object_key)
            if (found := await check_version(resources, keys, version)) is not None:
                yield found
        async for found in check_sealed_rows(keys, group_id):
            yield found
        async for found in check_wraps(resources, keys, group_id, at):
            yield found
    for object_key in sorted(stored - named):
        if await _is_there(resources.store, object_key):
            yield Finding("object_without_row", detail=object_key)


async def _noted(resources: Resources) -> set[str]:
    async with resources.unit_of_work() as uow:
        return set(await uow.session.scalars(select(uploads.c.object_key)))


async def _all_groups(resources: Resources, keys: KeyResources) -> list[UUID]:
    async with resources.unit_of_work() as uow:
        known = set(await uow.session.scalars(select(vaults.c.group_id)))
    async with keys.unit_of_work() as uow:
        return sorted(known.union(await uow.session.scalars(select(group_keys.c.group_id))))


async def _is_there(store: BlobStore, object_key: str) -> bool:
    # It may have been given up or destroyed since the store was listed.
    try:
        await store.length(object_key)
    except BlobMissing:
        return False
    return True
