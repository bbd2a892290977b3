"""The encryption of contents beside Tink's streaming AEAD: one thread, bytes in memory."""

import io
import secrets
import time
from collections.abc import Callable

from cryptography.cobblestone import Cobblestone256Encryptor
from shared.blobs.chunked import Decryptor
from shared.blobs.sealed import PIECE

try:
    import tink
    from tink import streaming_aead
except ImportError:  # a peer, which need not be there
    HAS_TINK = False
else:
    HAS_TINK = True
    streaming_aead.register()

_BOUND_TO = b"a content"
_MOST_ADDED = 1 << 20  # to 64 MiB: tags, headers
_Way = Callable[[bytes], tuple[float, bytes]]


class _Room(io.RawIOBase):
    """Memory for all that comes out, which is there before: a file that grows would cost more than any encryption."""

    def __init__(self, length: int) -> None:
        self._bytes, self._at = bytearray(length + _MOST_ADDED), 0

    def writable(self) -> bool:
        return True

    def write(self, more: bytes) -> int:  # type: ignore[override]  # whatever Tink and we write is bytes
        end = self._at + len(more)
        self._bytes[self._at : end] = more
        self._at = end
        return len(more)

    def close(self) -> None:
        """Tink closes what it wrote to; what came out is still asked for."""

    def written(self) -> bytes:
        return bytes(memoryview(self._bytes)[: self._at])


def sealing(plain: bytes, key: bytes) -> tuple[float, bytes]:
    """Seconds of this thread for sealing all of it, and what it gave."""
    out = _Room(len(plain))
    began = time.thread_time()
    encryptor = Cobblestone256Encryptor(key, _BOUND_TO)
    _feed(plain, lambda piece: out.write(encryptor.update(piece)))
    out.write(encryptor.finalize())
    return time.thread_time() - began, out.written()


def opening(cipher: bytes, key: bytes) -> tuple[float, bytes]:
    """The same back."""
    out = _Room(len(cipher))
    began = time.thread_time()
    decryptor = Decryptor(key, _BOUND_TO)
    _feed(cipher, lambda piece: out.write(decryptor.update(piece)))
    out.write(decryptor.finalize())
    return time.thread_time() - began, out.written()


class Tink:
    """Its AES256_GCM_HKDF_1MB, the fastest of its streaming AEADs."""

    def __init__(self) -> None:
        template = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
        self._primitive = tink.new_keyset_handle(template).primitive(streaming_aead.StreamingAead)

    def sealing(self, plain: bytes) -> tuple[float, bytes]:
        out = _Room(len(plain))
        began = time.thread_time()
        with self._primitive.new_encrypting_stream(out, _BOUND_TO) as stream:
            _feed(plain, stream.write)
        return time.thread_time() - began, out.written()

    def opening(self, cipher: bytes) -> tuple[float, bytes]:
        out = _Room(len(cipher))
        began = time.thread_time()
        with self._primitive.new_decrypting_stream(io.BytesIO(cipher), _BOUND_TO) as stream:
            while piece := stream.read(PIECE):
                out.write(piece)
        return time.thread_time() - began, out.written()


def candidates(plain: bytes) -> dict[str, Callable[[], float]]:
    """MiB a second of CPU of sealing and opening; what comes out is held against what went in."""
    key = secrets.token_bytes(32)
    ways: dict[str, tuple[_Way, _Way]] = {"": (lambda whole: sealing(whole, key), lambda whole: opening(whole, key))}
    if HAS_TINK:
        tinks = Tink()
        ways["_by_tink"] = (tinks.sealing, tinks.opening)
    found: dict[str, Callable[[], float]] = {}
    for name, (seal, open_again) in ways.items():
        cipher = seal(plain)[1]
        if open_again(cipher)[1] != plain:
            raise RuntimeError("what was sealed did not open to what it was")
        found[f"sealing{name}"] = lambda seal=seal: _rate(plain, seal(plain)[0])  # type: ignore[misc]
        found[f"opening{name}"] = lambda op=open_again, c=cipher: _rate(plain, op(c)[0])  # type: ignore[misc]
    return found


def _rate(plain: bytes, seconds: float) -> float:
    return len(plain) / (1 << 20) / seconds


def _feed(whole: bytes, take: Callable[[bytes], object]) -> None:
    for at in range(0, len(whole), PIECE):
        take(whole[at : at + PIECE])
