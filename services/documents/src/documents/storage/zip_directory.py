"""Reads an archive's directory where it rests, sealed: the end of the object, and nothing before the directory."""

import asyncio
import io
import struct
import zipfile
from collections.abc import Awaitable, Callable
from typing import Final

from documents.domain.archive import LARGEST_DIRECTORY, MOST_ENTRIES, Entry, Refused

Read = Callable[[int, int], Awaitable[bytes]]
_TAIL: Final = 65_536 + 22 + 20 + 56
"""The longest end of an archive without its directory (APPNOTE.TXT 4.3.14 to 4.3.16)."""
_SIGNATURE: Final = b"PK\x01\x02"
_UNREADABLE: Final = "This archive cannot be read. Please make it anew and send it again."


async def entries_of(read: Read, length: int) -> list[Entry]:
    """What the directory says. `read` gives bytes `first` to `last`, both included, of an archive of `length` bytes.
    Raises Refused for one that cannot be read, or not within the bounds.
    """
    first = max(0, length - _TAIL)
    end = await read(first, length - 1)
    while True:
        try:
            return await asyncio.to_thread(_entries, end, first, length)
        except _Before as before:
            if length - before.first > LARGEST_DIRECTORY:
                raise Refused("This archive holds too many files. Please send fewer in one archive.") from None
            end = await read(before.first, first - 1) + end
            first = before.first


def _entries(end: bytes, first: int, length: int) -> list[Entry]:
    # Counted before they are read: an entry in memory is many times as large as in its directory.
    if end.count(_SIGNATURE) > MOST_ENTRIES:
        raise Refused("This archive holds too many files. Please send fewer in one archive.")
    try:
        with zipfile.ZipFile(_End(end, first, length)) as archive:
            return [Entry(each.filename, each.file_size, bool(each.flag_bits & 1)) for each in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
        raise Refused(_UNREADABLE) from error


class _Before(Exception):
    """A read of what lies before the end that is there."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first


class _End(io.RawIOBase):
    """A file of which only the end is there."""

    def __init__(self, end: bytes, first: int, length: int) -> None:
        super().__init__()
        self._end, self._first, self._length, self._at = end, first, length, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if at < 0:
            raise OSError("before the beginning")
        self._at = at
        return at

    def read(self, size: int = -1) -> bytes:
        if self._at < self._first:
            raise _Before(self._at)
        at = self._at - self._first
        taken = self._end[at:] if size < 0 else self._end[at : at + size]
        self._at += len(taken)
        return taken
