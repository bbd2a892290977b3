"""The root key as files: one for each version, which the keys process alone reads."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.logging import get_logger

from documents.keys import wrapping
from documents.keys.roots import RootAway
from documents.keys.wrapping import KEY_BYTES

_NAME = re.compile(r"root-([1-9][0-9]*)\.key")
_OTHERS = 0o077
log = get_logger("root_keys")


class BadRootKey(Exception):
    """The key folder holds no root key, one of a wrong length, or one that others may read."""


@dataclass(frozen=True, slots=True)
class RootKeys:
    """Every version of the root key."""

    versions: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        return max(self.versions)


class RootFiles:
    """The root key in a folder. A file that is added while the process runs is taken up by itself."""

    def __init__(self, folder: Path) -> None:
        """Raises BadRootKey."""
        self._folder = folder
        self._known = load_root_keys(folder)

    async def newest(self) -> int:
        self._read_again()
        return self._known.newest

    async def wrap(self, version: int, place: bytes, key: bytes) -> bytes:
        return wrapping.wrap(self._version(version), place, key)

    async def unwrap(self, version: int, place: bytes, wrapped: bytes) -> bytes:
        return wrapping.unwrap(self._version(version), place, wrapped)

    async def aclose(self) -> None:
        """Nothing is open."""

    def _version(self, version: int) -> bytes:
        if version not in self._known.versions:
            self._read_again()
        try:
            return self._known.versions[version]
        except KeyError:
            log.warning("root_key_missing", version=version)
            raise RootAway from None

    def _read_again(self) -> None:
        # Read whole each time: a folder that has become unreadable must not leave us wrapping under an old key.
        try:
            self._known = load_root_keys(self._folder)
        except (BadRootKey, OSError) as error:
            log.warning("root_keys_unreadable", error=error)
            raise RootAway from error


def make_root_key(folder: Path) -> None:
    """Makes version 1 (`root-1.key`, mode 0600) where there is no root key; keeps what is there.

    Safe to run again and by several at once. Whoever loses this file loses every document.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _files(folder):
        _make(folder, 1)


def add_root_key(folder: Path) -> int:
    """Makes the next version, and says which it is; several at once make one. Raises BadRootKey where there is none."""
    version = load_root_keys(folder).newest + 1
    _make(folder, version)
    return version


def _make(folder: Path, version: int) -> None:
    path = folder / f"root-{version}.key"
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        # Whole or absent, and never over one that somebody else has made meanwhile.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def load_root_keys(folder: Path) -> RootKeys:
    """All versions in a folder. Raises BadRootKey."""
    files = _files(folder)
    if not files:
        raise BadRootKey("no root key in the key folder: run make-keys once")
    for path in files.values():
        if path.stat().st_mode & _OTHERS:
            raise BadRootKey(f"others may read {path.name}: it needs mode 0600")
    keys = {version: path.read_bytes() for version, path in files.items()}
    if any(len(key) != KEY_BYTES for key in keys.values()):
        raise BadRootKey(f"a root key has {KEY_BYTES} bytes")
    return RootKeys(keys)


def _files(folder: Path) -> dict[int, Path]:
    named = ((_NAME.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in named if match}
