"""A bucket's objects as files, each under its key, and back. They are ciphertext and stay so."""

import os
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from pathlib import Path

from shared.blobs.errors import BlobMissing
from shared.blobs.store import BlobStore

_PIECE = 1 << 20


async def save_objects(store: BlobStore, folder: Path) -> int:
    """How many there were. What is removed meanwhile was removed for good: it is left out."""
    count = 0
    async with aclosing(store.list()) as blobs:  # type: ignore[type-var]  # an async generator, typed as an iterator
        async for blob in blobs:
            path = _path(folder, blob.key)
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                async with store.get(blob.key) as reading:
                    with path.open("wb") as file:
                        async for piece in reading:
                            file.write(piece)
            except BlobMissing:
                continue
            count += 1
    return count


async def bring_back_objects(store: BlobStore, folder: Path, files: Iterable[Path]) -> None:
    """Stores each of these files of `folder` under its key."""
    for file in files:
        await store.put(str(file.relative_to(folder)), file.stat().st_size, _pieces(file))


def files_of(folder: Path) -> list[Path]:
    """The files that `save_objects` wrote."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _path(folder: Path, key: str) -> Path:
    path = Path(os.path.normpath(folder / key))
    if not path.is_relative_to(folder):
        raise ValueError("an object's key leads out of its bucket")
    return path


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
