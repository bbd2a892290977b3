"""Looks at what is uploaded: at its first bytes before any is stored, at archives again before they become ready."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from shared.blobs.store import BlobStore

from documents.domain.archive import Refused, check_archive
from documents.domain.document import Version
from documents.domain.errors import ArchiveNotTaken, TypeNotTaken
from documents.domain.kinds import LOOKED_AT, Kind, kind_of
from documents.domain.old_office import ROOT, directory_at, is_installer
from documents.storage.clamd import Clamd
from documents.storage.contents import open_stored, read_back
from documents.storage.zip_directory import entries_of


def look_at_head(head: bytes, length: int) -> Kind:
    """What a content of `length` bytes is that begins with `head`. Raises TypeNotTaken (security.md, Traps)."""
    kind = kind_of(head[:LOOKED_AT], is_whole=length <= LOOKED_AT)
    if kind is None:
        raise TypeNotTaken
    return kind


async def held_back(content: AsyncIterator[bytes], length: int) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first bytes, and all the bytes again. Raises what `content` raises."""
    held = bytearray()
    async for piece in content:
        held += piece
        if len(held) >= min(LOOKED_AT, length):
            break
    return bytes(held), _whole(bytes(held), content)


async def look_at_stored(
    store: BlobStore, object_key: str, key: bytes, version: Version, head: bytes | None = None
) -> None:
    """Looks at what the first bytes do not tell, before the object becomes the version's content. Raises
    ArchiveNotTaken, TypeNotTaken and StoreUnavailable.
    """

    async def read(first: int, last: int) -> bytes:
        return await read_back(store, object_key, key, version, first, last)

    length = version.length
    if head is None:
        head = await read(0, min(length, LOOKED_AT) - 1)
    match look_at_head(head, length):
        case Kind.ARCHIVE:
            try:
                check_archive(await entries_of(read, length), length)
            except Refused as refused:
                raise ArchiveNotTaken(str(refused)) from refused
        case Kind.OLD_OFFICE:
            at = directory_at(head)
            if at is None or at + ROOT > length or is_installer(await read(at, at + ROOT - 1)):
                raise TypeNotTaken
        case _:
            return


async def scanned(scanner: Clamd | None, content: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The same bytes, through the scanner where there is one. Raises MalwareFound and NotScanned."""
    async for piece in content if scanner is None else scanner.scanned(content):
        yield piece


async def scan_stored(scanner: Clamd | None, store: BlobStore, object_key: str, key: bytes, version: Version) -> None:
    """Has an object scanned that came in parts, of which no scanner saw the whole. Raises as `scanned` does, and
    StoreUnavailable.
    """
    if scanner is None:
        return
    async with aclosing(open_stored(store, object_key, key, version)) as plain:
        async for _ in scanner.scanned(plain):
            pass


async def _whole(head: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if head:
        yield head
    async for piece in rest:
        yield piece
