"""Files as one ZIP archive that streams: nothing is compressed, nothing held, of any length (ZIP64)."""

import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class File:
    """One file; its content is opened when its turn comes, and closed."""

    name: str
    at: datetime
    content: AsyncGenerator[bytes, None]


async def zip_stream(files: Iterable[File]) -> AsyncGenerator[bytes, None]:
    """The archive. It is whole only when the iteration ends by itself; raises what the contents raise."""
    out = _Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name, file.at.timetuple()[:6])
            entry.external_attr = 0o600 << 16
            async with aclosing(file.content) as content:
                async for written in _written(archive, entry, content, out):
                    yield written
    yield out.taken()


async def _written(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, content: AsyncIterator[bytes], out: "_Out"
) -> AsyncIterator[bytes]:
    with archive.open(entry, "w", force_zip64=True) as file:
        async for piece in content:
            file.write(piece)
            yield out.taken()


class _Out(io.RawIOBase):
    """What was written and not taken yet. It cannot seek, so `zipfile` writes lengths and checksums behind a file."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, written: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]  # what zipfile writes
        self._held.append(bytes(written))
        return len(written)

    def taken(self) -> bytes:
        taken = b"".join(self._held)
        self._held.clear()
        return taken
