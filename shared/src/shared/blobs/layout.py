"""Where each plain byte lies in a C2SP chunked-encryption message: sizes and ranges, no keys."""

from typing import NamedTuple

CHUNK = 16 * 1024
TAG = 16
SEALED_CHUNK = CHUNK + TAG
SALT = 24
COMMITMENT = 32
HEADER = SALT + COMMITMENT
MAX_CHUNKS = 2**38
"""The specification's limit: 4 PiB under one header."""


class CipherRange(NamedTuple):
    """Which bytes of the object hold a range of plain bytes, first and last included."""

    cipher_first: int
    cipher_last: int
    first_chunk_number: int
    skip: int
    """How many plain bytes of the first chunk stand before the range."""


def ciphertext_length(plain_length: int) -> int:
    """Bytes of the whole message, header included. Raises ValueError below 0 and above 4 PiB."""
    if not 0 <= plain_length < MAX_CHUNKS * CHUNK:
        raise ValueError(f"{plain_length} is no length of a message")
    return HEADER + plain_length + (plain_length // CHUNK + 1) * TAG


def plain_length(ciphertext_length: int) -> int:
    """Plain bytes in a message of this many bytes. Raises ValueError where no message has this length,
    such as one that was cut at the end of a full chunk.
    """
    full, last = divmod(ciphertext_length - HEADER, SEALED_CHUNK)
    if ciphertext_length < HEADER or last < TAG or full >= MAX_CHUNKS:
        raise ValueError(f"{ciphertext_length} is no length of a sealed message")
    return full * CHUNK + last - TAG


def chunks_for_range(plain_length: int, first: int, last: int) -> CipherRange:
    """The chunks that hold plain bytes `first` to `last`, both included, as HTTP counts them (RFC 9110,
    14.1.2). A range that ends with the last byte takes in the closing chunk even when that is empty, so
    that the end is proved. Raises ValueError where the message has no such bytes.
    """
    whole = ciphertext_length(plain_length)
    if not 0 <= first <= last < plain_length:
        raise ValueError(f"a message of {plain_length} bytes has no range {first}-{last}")
    first_chunk, skip = divmod(first, CHUNK)
    chunk_after = last // CHUNK + 1
    cipher_last = whole if last + 1 == plain_length else min(whole, HEADER + chunk_after * SEALED_CHUNK)
    return CipherRange(HEADER + first_chunk * SEALED_CHUNK, cipher_last - 1, first_chunk, skip)
