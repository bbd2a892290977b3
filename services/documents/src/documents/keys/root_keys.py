"""The root key: a file for each version, which the keys process alone reads. The newest wraps, each unwraps."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
_NAME = re.compile(r"root-([1-9][0-9]*)\.key")
_OTHERS = 0o077


class BadRootKey(Exception):
    """The key folder holds no root key, one of a wrong length, or one that others may read."""


@dataclass(frozen=True, slots=True)
class RootKeys:
    """Every version of the root key."""

    versions: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> int:
        return max(self.versions)


def make_root_key(folder: Path) -> None:
    """Makes version 1 (`root-1.key`, mode 0600) where there is no root key; keeps what is there.

    Safe to run again and by several at once. Whoever loses this file loses every document.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _files(folder):
        return
    path = folder / "root-1.key"
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
