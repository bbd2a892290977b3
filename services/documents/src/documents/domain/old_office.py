"""Old Office files share their container with installers ([MS-CFB]); the container's root says which it is."""

import struct
from typing import Final
from uuid import UUID

ROOT: Final = 128
"""Bytes of the directory's first entry, which is the root."""
# Windows Installer packages, transforms and patches.
_INSTALLERS: Final = {UUID(f"000c10{last}-0000-0000-c000-000000000046") for last in ("82", "84", "86")}


def directory_at(head: bytes) -> int | None:
    """Where the container's directory begins; None for no container."""
    if len(head) < 512:
        return None
    (shift,), (sector,) = struct.unpack_from("<H", head, 30), struct.unpack_from("<I", head, 48)
    return (sector + 1) << shift if shift in {9, 12} and sector < 0xFFFFFFFA else None


def is_installer(root: bytes) -> bool:
    """Whether the directory's root, its first entry, is that of something that installs."""
    return UUID(bytes_le=root[80:96]) in _INSTALLERS
