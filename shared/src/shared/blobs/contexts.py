"""What a ciphertext is bound to, written so that two different lists never give the same bytes."""

from typing import Final

SUITE: Final = b"ourwatch blob 1"
_TYPES: Final[dict[type, bytes]] = {str: b"s", bytes: b"b", int: b"i"}


def context(*parts: str | bytes | int) -> bytes:
    """The context for a key or blob: the suite's label, then each part as type, length (8 bytes,
    big-endian) and content; text is UTF-8, a number its signed decimal digits. The reader builds it
    again from its own row, never from the object. Raises TypeError for any other type, bool included.
    """
    encoded = [_part(b"b", SUITE)]
    for part in parts:
        kind = _TYPES.get(type(part))
        if kind is None:
            raise TypeError(f"a context has no place for {type(part).__name__}")
        encoded.append(_part(kind, part if isinstance(part, bytes) else str(part).encode()))
    return b"".join(encoded)


def _part(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(8, "big") + content
