"""A part of a backup: a folder that is there whole or not at all, and names every file with its digest."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from launcher.errors import NotPossible

MANIFEST = "manifest.json"
_FORMAT = 1


@contextmanager
def new_part(place: Path, kind: str) -> Iterator[Path]:
    """A folder to write into, for its owner alone; it becomes `place` when the block ends well, and is gone otherwise.

    Raises NotPossible where there is something already.
    """
    if place.exists():
        raise NotPossible(f"{place} is there already: a backup is written to a new folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
        _write_manifest(draft, kind)
        draft.rename(place)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def check_part(folder: Path, kind: str) -> None:
    """NotPossible, with the first file that is missing, changed or not the backup's."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        listed = dict(manifest["files"])
        is_ours = (manifest["format"], manifest["kind"]) == (_FORMAT, kind)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotPossible(f"{folder} is no backup's part: its {MANIFEST} cannot be read") from error
    if not is_ours:
        raise NotPossible(f"{folder} is not the {kind} part of a backup of this format")
    found = {str(path.relative_to(folder)) for path in _files(folder)}
    for name in sorted(found ^ listed.keys()):
        raise NotPossible(f"{folder / name} {'is missing' if name in listed else 'is not of this backup'}")
    for name, digest in listed.items():
        if _digest(folder / name) != digest:
            raise NotPossible(f"{folder / name} has changed since the backup was made: take another copy")


def _write_manifest(folder: Path, kind: str) -> None:
    manifest = {
        "format": _FORMAT,
        "kind": kind,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {str(path.relative_to(folder)): _digest(path) for path in _files(folder)},
    }
    with (folder / MANIFEST).open("w") as file:
        json.dump(manifest, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
