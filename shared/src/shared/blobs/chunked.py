"""C2SP chunked-encryption, instance Cobblestone-256 (https://c2sp.org/chunked-encryption).

`cryptography.cobblestone` has the same format as a plain stream, and seals whatever is sealed in one go. It
can neither resume an upload, read a range nor say which chunk is damaged, so for these the format is put
together here from its AES-GCM and HKDF-Expand; the tests hold the two against each other.

No call here waits. Sealing or opening takes up to a millisecond for each MiB handed over: whoever runs an
event loop hands over no more than `shared.blobs.sealed.PIECE` bytes at a time.
"""

import secrets
from hmac import compare_digest
from typing import Final, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from shared.blobs.errors import DamagedCiphertext, WrongCommitment
from shared.blobs.layout import (
    CHUNK,
    COMMITMENT,
    HEADER,
    MAX_CHUNKS,
    SALT,
    SEALED_CHUNK,
    TAG,
    chunks_for_range,
)

KEY: Final = 32
_NONCE: Final = 12
_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


def _check_key(key: bytes) -> None:
    if len(key) != KEY:
        raise ValueError(f"a key has {KEY} bytes")


class _Room:
    # Memory that is used again: to have the system hand out new memory for a piece takes longer than to seal it.
    def __init__(self) -> None:
        self._bytes = bytearray()

    def of(self, size: int) -> memoryview:
        if len(self._bytes) < size:
            self._bytes = bytearray(size)
        return memoryview(self._bytes)


class _Message:
    """One message's derived key, nonce and commitment."""

    def __init__(self, key: bytes, salt: bytes, context: bytes) -> None:
        _check_key(key)
        if len(salt) != SALT:
            raise ValueError(f"a salt has {SALT} bytes")
        derived = HKDFExpand(SHA512(), KEY + _NONCE + COMMITMENT, _INFO + salt + context).derive(key)
        self._aead = AESGCM(derived[:KEY])
        self._base = int.from_bytes(derived[KEY : KEY + _NONCE], "big")
        self.commitment = derived[KEY + _NONCE :]
        self._room = _Room()

    @classmethod
    def of_header(cls, key: bytes, context: bytes, header: bytes) -> "_Message":
        if len(header) != HEADER:
            raise DamagedCiphertext("it is not complete")
        message = cls(key, header[:SALT], context)
        if not compare_digest(message.commitment, header[SALT:]):
            raise WrongCommitment
        return message

    # A chunk costs three microseconds: what is done for each of them is written out, and it has no memory of its own.
    def seal(self, first: int, chunks: list[bytes | memoryview]) -> bytes:
        if first + len(chunks) > MAX_CHUNKS:
            raise ValueError("a message ends at 4 PiB")
        base, seal, end = self._base, self._aead.encrypt_into, 0
        with self._room.of(sum(map(len, chunks)) + TAG * len(chunks)) as room:
            for at, chunk in enumerate(chunks, first):
                begin, end = end, end + len(chunk) + TAG
                seal((base ^ at).to_bytes(_NONCE, "big"), chunk, None, room[begin:end])
            return bytes(room[:end])

    def open(self, first: int, chunks: list[bytes | memoryview]) -> bytes:
        base, open_, end = self._base, self._aead.decrypt_into, 0
        with self._room.of(sum(map(len, chunks))) as room:
            for at, chunk in enumerate(chunks, first):
                if at >= MAX_CHUNKS:
                    raise DamagedCiphertext("a message ends at 4 PiB", at)
                if len(chunk) < TAG:
                    raise DamagedCiphertext("it does not verify", at)
                begin, end = end, end + len(chunk) - TAG
                try:
                    open_((base ^ at).to_bytes(_NONCE, "big"), chunk, None, room[begin:end])
                except InvalidTag:
                    raise DamagedCiphertext("it does not verify", at) from None
            return bytes(room[:end])


class _Pieces:
    """Cuts what comes into pieces of one size, and copies of it no more than what lies across two calls."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = b""

    def take(self, more: bytes) -> list[bytes | memoryview]:
        """The pieces that are now full; the rest is kept back."""
        if len(self._held) + len(more) < self._size:
            self._held += more
            return []
        at = (self._size - len(self._held)) % self._size
        taken: list[bytes | memoryview] = [self._held + more[:at]] if at else []
        view = memoryview(more)
        end = len(more) - (len(more) - at) % self._size
        taken += [view[begin : begin + self._size] for begin in range(at, end, self._size)]
        self._held = more[end:]
        return taken

    def rest(self) -> bytes:
        """What is kept back, which is then taken."""
        rest, self._held = self._held, b""
        return rest


class Encryptor:
    """Seals one message: `header`, then what each `update` gives, then what `finalize` gives.

    A resumed upload passes the salt it began with and the number of the first chunk that was not stored.
    A chunk number is sealed once under a salt: whoever resumes feeds the same plain bytes, or makes a new
    salt. Raises ValueError for a key that has not 32 bytes, a salt that has not 24, and past 4 PiB.
    """

    def __init__(self, key: bytes, context: bytes, salt: bytes | None = None, first_chunk: int = 0) -> None:
        if salt is None and first_chunk:
            raise ValueError("to resume, the salt of the beginning is needed")
        salt = secrets.token_bytes(SALT) if salt is None else salt
        self._message = _Message(key, salt, context)
        self._pieces = _Pieces(CHUNK)
        self._chunk = first_chunk
        self._ended = False
        self.header: Final = salt + self._message.commitment

    def update(self, plain: bytes) -> bytes:
        """The chunks that are now full, sealed; less than one chunk is kept back."""
        if self._ended:
            raise ValueError("the message has ended")
        return self._seal(self._pieces.take(plain))

    def finalize(self) -> bytes:
        """The closing chunk: always shorter than 16 KiB, possibly empty, which is how a reader knows it."""
        if self._ended:
            raise ValueError("the message has ended")
        self._ended = True
        return self._seal([self._pieces.rest()])

    def _seal(self, chunks: list[bytes | memoryview]) -> bytes:
        sealed = self._message.seal(self._chunk, chunks)
        self._chunk += len(chunks)
        return sealed


class _Opener:
    def __init__(self, message: _Message, first_chunk: int) -> None:
        self._message = message
        self._pieces = _Pieces(SEALED_CHUNK)
        self._chunk = first_chunk
        self._refusal: DamagedCiphertext | None = None

    def update(self, cipher: bytes) -> bytes:
        return self._open(self._pieces.take(cipher))

    def finalize(self) -> bytes:
        # Fewer bytes than a tag: the message was cut between two chunks, or inside a tag.
        return self._open([self._pieces.rest()])

    def refuse(self, reason: str) -> NoReturn:
        self._refusal = self._refusal or DamagedCiphertext(reason, self._chunk)
        raise self._refusal

    def _open(self, chunks: list[bytes | memoryview]) -> bytes:
        # What was refused once stays refused, though the sound chunk should come after it.
        if self._refusal is not None:
            raise self._refusal
        try:
            plain = self._message.open(self._chunk, chunks)
        except DamagedCiphertext as refusal:
            self._refusal = refusal
            raise
        self._chunk += len(chunks)
        return plain


class Decryptor:
    """Opens one whole message, header first, in pieces of any size.

    Both methods raise DamagedCiphertext with the number of the chunk that was refused, and go on raising
    it: nothing is released from a chunk that does not verify nor from any that follows. WrongCommitment
    (wrong key, salt or context) comes before any chunk is looked at. What was released is the beginning
    of the message and no more until `finalize` has returned. Raises ValueError for a key that has not 32
    bytes.
    """

    def __init__(self, key: bytes, context: bytes) -> None:
        _check_key(key)
        self._key = key
        self._context = context
        self._header = bytearray()
        self._opener: _Opener | None = None

    def update(self, cipher: bytes) -> bytes:
        """The plain bytes of the chunks that are now full; less than one chunk is kept back."""
        if self._opener is None:
            self._header += cipher
            if len(self._header) < HEADER:
                return b""
            message = _Message.of_header(self._key, self._context, bytes(self._header[:HEADER]))
            self._opener = _Opener(message, 0)
            cipher = bytes(self._header[HEADER:])
        return self._opener.update(cipher)

    def finalize(self) -> bytes:
        """The plain bytes of the closing chunk."""
        if self._opener is None:
            raise DamagedCiphertext("it is not complete")
        return self._opener.finalize()


class RangeDecryptor:
    """Opens the chunks that `chunks_for_range` names and gives plain bytes `first` to `last`, no others.

    `header` is the object's first 56 bytes, `plain_length` comes from the reader's own row. It refuses as
    Decryptor does, and besides it refuses more or fewer bytes than the range's chunks have: so the closing
    chunk, where it is among them, has the length that the row says. Raises ValueError for a range that
    the message has not.
    """

    def __init__(self, key: bytes, context: bytes, header: bytes, plain_length: int, first: int, last: int) -> None:
        where = chunks_for_range(plain_length, first, last)
        self._opener = _Opener(_Message.of_header(key, context, header), where.first_chunk_number)
        self._awaited = where.cipher_last - where.cipher_first + 1
        self._has_closing_chunk = self._awaited % SEALED_CHUNK != 0
        self._skip = where.skip
        self._left = last - first + 1

    def update(self, cipher: bytes) -> bytes:
        """The plain bytes of the range in the chunks that are now full."""
        self._awaited -= len(cipher)
        if self._awaited < 0:
            self._opener.refuse("more came than the range has")
        return self._cut(self._opener.update(cipher))

    def finalize(self) -> bytes:
        """What the closing chunk has of the range; empty where the range ends before it."""
        if self._awaited:
            self._opener.refuse("less came than the range has")
        return self._cut(self._opener.finalize()) if self._has_closing_chunk else b""

    def _cut(self, plain: bytes) -> bytes:
        wanted = plain[self._skip : self._skip + self._left]
        self._skip = max(0, self._skip - len(plain))
        self._left -= len(wanted)
        return wanted


def encrypt(key: bytes, context: bytes, plain: bytes) -> bytes:
    """A whole small message (a name, a note) under a fresh salt. Raises ValueError as Encryptor does."""
    encryptor = Encryptor(key, context)
    return encryptor.header + encryptor.update(plain) + encryptor.finalize()


def decrypt(key: bytes, context: bytes, cipher: bytes) -> bytes:
    """The plain bytes of a whole small message. Raises DamagedCiphertext as Decryptor does."""
    decryptor = Decryptor(key, context)
    return decryptor.update(cipher) + decryptor.finalize()
