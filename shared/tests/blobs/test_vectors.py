"""Project Wycheproof's public vectors for Cobblestone-256."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shared.blobs.chunked import Decryptor, decrypt
from shared.blobs.errors import DamagedCiphertext, WrongCommitment
from shared.blobs.layout import plain_length

ROOT = Path(__file__).parents[3]
SHARED_DATA = Path(os.environ.get("OURWATCH_SHARED_DATA", ROOT.parent / "shared" / "data"))
VECTORS = SHARED_DATA / "wycheproof" / "c2sp_chunked_encryption_aes_256_gcm_test.json"

Vector = dict[str, Any]  # a vector is JSON as it was published


@pytest.fixture(scope="module")
def vectors() -> list[Vector]:
    if not VECTORS.exists():
        pytest.skip("Wycheproof's vectors are ABSENT (OURWATCH_SHARED_DATA): the format was not checked")
    (group,) = json.loads(VECTORS.read_text())["testGroups"]
    tests: list[Vector] = group["tests"]
    return tests


def _parts(vector: Vector) -> tuple[bytes, bytes, bytes]:
    cipher = zlib.decompress(bytes.fromhex(vector["ct"]))
    return bytes.fromhex(vector["key"]), bytes.fromhex(vector["ctx"]), cipher


def _opened(decryptor: Decryptor, cipher: bytes) -> Iterator[bytes]:
    for at in range(0, len(cipher), 1000):
        yield decryptor.update(cipher[at : at + 1000])
    yield decryptor.finalize()


def test_every_valid_vector_opens_to_the_published_message(vectors: list[Vector]) -> None:
    valid = [vector for vector in vectors if vector["result"] == "valid"]
    for vector in valid:
        key, ctx, cipher = _parts(vector)
        plain = decrypt(key, ctx, cipher)
        assert len(plain) == vector["msgLength"] == plain_length(len(cipher))
        assert hashlib.sha512(plain).hexdigest() == vector["msgSha512"]
    assert len(valid) == 10


def test_every_invalid_vector_is_refused(vectors: list[Vector]) -> None:
    invalid = [vector for vector in vectors if vector["result"] == "invalid"]
    for vector in invalid:
        key, ctx, cipher = _parts(vector)
        refusal = ValueError if "InvalidKeySize" in vector["flags"] else DamagedCiphertext
        with pytest.raises(refusal) as refused:
            decrypt(key, ctx, cipher)
        if {"WrongKey", "WrongContext"} & set(vector["flags"]):
            assert refused.type is WrongCommitment
    assert len(invalid) == 25


def test_a_stream_releases_no_more_than_the_valid_beginning_of_a_damaged_vector(
    vectors: list[Vector],
) -> None:
    for vector in (vector for vector in vectors if "PartialPlaintext" in vector["flags"]):
        key, ctx, cipher = _parts(vector)
        decryptor = Decryptor(key, ctx)
        released: list[bytes] = []
        with pytest.raises(DamagedCiphertext) as refused:
            released.extend(_opened(decryptor, cipher))
        beginning = b"".join(released)
        assert len(beginning) == vector["msgLength"]
        assert hashlib.sha512(beginning).hexdigest() == vector["msgSha512"]
        assert refused.value.chunk == vector["msgLength"] // 16384
        with pytest.raises(DamagedCiphertext):
            decryptor.finalize()
