"""Looks whether each version of a group opens: its key, its object, every chunk of its content."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from uuid import UUID

from shared.blobs.errors import BlobMissing, DamagedCiphertext, LengthMismatch
from sqlalchemy import select

from documents.bootstrap import Resources
from documents.commands.finding import Finding
from documents.domain.document import Version
from documents.domain.errors import DoesNotFit
from documents.keys import wrapping
from documents.keys.bootstrap import KeyResources
from documents.keys.group_keys import group_key
from documents.storage.contents import open_content
from documents.storage.group_scope import enter_group
from documents.storage.tables import destroyed_keys, versions

PAGE = 100


async def each_version(resources: Resources, group_id: UUID) -> AsyncIterator[Version]:
    """The versions of a group, ready or not, as they are when their page is read."""
    columns, last = versions.c, None
    while True:
        asked = select(Version).where(columns.group_id == group_id).order_by(columns.id).limit(PAGE)
        async with resources.unit_of_work() as uow:
            await enter_group(uow.session, group_id)
            page = (await uow.session.scalars(asked if last is None else asked.where(columns.id > last))).all()
        for version in page:
            yield version
        if len(page) < PAGE:
            return
        last = page[-1].id


async def check_version(resources: Resources, keys: KeyResources, version: Version) -> Finding | None:
    """What is wrong with a version, if anything. Raises StoreUnavailable and RootAway."""
    while (found := await _look(resources, keys, version)) is not None:
        # It may have moved to a new epoch or been destroyed since its page was read: the row of now decides.
        async with resources.unit_of_work() as uow:
            await enter_group(uow.session, version.group_id)
            current = await uow.session.get(Version, version.id)
        if current is None:
            return None
        if current == version:
            return found
        version = current
    return None


async def _look(resources: Resources, keys: KeyResources, version: Version) -> Finding | None:
    what: tuple[str, str] | None = None
    try:
        key = await _key_of(keys, version)
    except DoesNotFit:
        what = "key_does_not_open", f"epoch {version.key_epoch}"
    else:
        if key is None:
            what = ("destroyed_key_is_back", "-") if version.wrapped_key else None
        elif version.ready_at is not None:
            what = await _content(resources, version, key)
    return what and Finding(what[0], version.group_id, version.document_id, version.id, what[1])


async def _content(resources: Resources, version: Version, key: bytes) -> tuple[str, str] | None:
    try:
        async with aclosing(open_content(resources.store, key, version)) as content:
            async for _ in content:
                pass
    except BlobMissing:
        return "object_missing", "-"
    except LengthMismatch as error:
        return "length_differs", str(error)
    except DamagedCiphertext as error:
        return "content_damaged", "header" if error.chunk is None else f"chunk {error.chunk}"
    return None


async def _key_of(keys: KeyResources, version: Version) -> bytes | None:
    async with keys.unit_of_work() as uow:
        listed = select(destroyed_keys.c.version_id).where(destroyed_keys.c.version_id == version.id)
        if await uow.session.scalar(listed) is not None:
            return None
        group = await group_key(uow.session, keys.roots, version.group_id, version.key_epoch)
    place = wrapping.place_of_document_key(version.group_id, version.document_id, version.id, version.key_epoch)
    return wrapping.unwrap(group.key, place, version.wrapped_key)
