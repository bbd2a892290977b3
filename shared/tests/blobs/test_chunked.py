"""The format under any split, any range and any damage; Hypothesis looks for the exception."""

import itertools
from collections.abc import Iterable

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from hypothesis import given, settings
from hypothesis import strategies as st
from shared.blobs.chunked import Decryptor, Encryptor, RangeDecryptor, decrypt, encrypt
from shared.blobs.errors import DamagedCiphertext, WrongCommitment
from shared.blobs.layout import CHUNK, HEADER, SEALED_CHUNK, chunks_for_range, ciphertext_length, plain_length

KEY = bytes(range(32))
CONTEXT = b"a context"
EDGES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 1, 3 * CHUNK]
lengths = st.sampled_from(EDGES) | st.integers(0, 4 * CHUNK)


def message(length: int) -> bytes:
    return (b"the minutes of the ward panel, " * (length // 31 + 1))[:length]


def pieces(whole: bytes, cuts: Iterable[int]) -> list[bytes]:
    at = [0, *sorted(cut % (len(whole) + 1) for cut in cuts), len(whole)]
    return [whole[first:last] for first, last in itertools.pairwise(at)]


cuts = st.lists(st.integers(0, 5 * CHUNK), max_size=12)


@given(lengths, cuts, cuts)
def test_a_message_comes_back_however_it_was_cut(length: int, way_in: list[int], way_out: list[int]) -> None:
    plain = message(length)
    encryptor = Encryptor(KEY, CONTEXT)
    cipher = encryptor.header + b"".join(map(encryptor.update, pieces(plain, way_in))) + encryptor.finalize()
    assert len(cipher) == ciphertext_length(length)
    assert plain_length(len(cipher)) == length
    decryptor = Decryptor(KEY, CONTEXT)
    opened = b"".join(map(decryptor.update, pieces(cipher, way_out))) + decryptor.finalize()
    assert opened == plain


@given(lengths)
def test_the_format_is_the_one_that_cryptography_speaks(length: int) -> None:
    plain = message(length)
    theirs = Cobblestone256Encryptor(KEY, CONTEXT)
    assert decrypt(KEY, CONTEXT, theirs.update(plain) + theirs.finalize()) == plain
    reader = Cobblestone256Decryptor(KEY, CONTEXT)
    assert reader.update(encrypt(KEY, CONTEXT, plain)) + reader.finalize() == plain


@given(lengths.filter(bool), st.data(), cuts)
def test_a_range_is_the_slice(length: int, data: st.DataObject, way_out: list[int]) -> None:
    plain = message(length)
    first = data.draw(st.integers(0, length - 1))
    last = data.draw(st.integers(first, length - 1) | st.just(length - 1))
    cipher = encrypt(KEY, CONTEXT, plain)
    where = chunks_for_range(length, first, last)
    stored = cipher[where.cipher_first : where.cipher_last + 1]
    assert len(stored) == where.cipher_last - where.cipher_first + 1

    def reader() -> RangeDecryptor:
        return RangeDecryptor(KEY, CONTEXT, cipher[:HEADER], length, first, last)

    whole = reader()
    assert b"".join(map(whole.update, pieces(stored, way_out))) + whole.finalize() == plain[first : last + 1]
    for wrong in (stored[:-1], stored + b"x", stored[: -(len(stored) % SEALED_CHUNK) or -SEALED_CHUNK]):
        with pytest.raises(DamagedCiphertext):
            fed(reader(), wrong)


def fed(reader: Decryptor | RangeDecryptor, cipher: bytes) -> bytes:
    return reader.update(cipher) + reader.finalize()


def refused(cipher: bytes, key: bytes = KEY, context: bytes = CONTEXT) -> DamagedCiphertext:
    with pytest.raises(DamagedCiphertext) as refusal:
        decrypt(key, context, cipher)
    return refusal.value


@given(lengths, st.data())
def test_a_message_that_was_cut_anywhere_is_refused(length: int, data: st.DataObject) -> None:
    cipher = encrypt(KEY, CONTEXT, message(length))
    boundaries = [HEADER + chunk * SEALED_CHUNK for chunk in range(length // CHUNK + 1)]
    refused(cipher[: data.draw(st.integers(0, len(cipher) - 1) | st.sampled_from(boundaries))])


@given(lengths, st.binary(min_size=1, max_size=40))
def test_an_appended_byte_is_refused(length: int, tail: bytes) -> None:
    refused(encrypt(KEY, CONTEXT, message(length)) + tail)


@given(lengths, st.data())
def test_one_flipped_bit_is_refused_and_its_chunk_is_named(length: int, data: st.DataObject) -> None:
    cipher = bytearray(encrypt(KEY, CONTEXT, message(length)))
    at = data.draw(st.integers(0, len(cipher) - 1))
    cipher[at] ^= 1 << data.draw(st.integers(0, 7))
    refusal = refused(bytes(cipher))
    assert refusal.chunk == (None if at < HEADER else (at - HEADER) // SEALED_CHUNK)


@settings(max_examples=20)
@given(st.permutations(range(4)).filter(lambda order: order != [0, 1, 2, 3]))
def test_chunks_in_another_order_are_refused(order: list[int]) -> None:
    cipher = encrypt(KEY, CONTEXT, message(4 * CHUNK + 5))
    body = [cipher[HEADER + n * SEALED_CHUNK : HEADER + (n + 1) * SEALED_CHUNK] for n in range(5)]
    refusal = refused(cipher[:HEADER] + b"".join(body[n] for n in order) + body[4])
    assert refusal.chunk == next(at for at, n in enumerate(order) if at != n)


def test_a_chunk_of_another_message_under_the_same_key_is_refused() -> None:
    one, other = (encrypt(KEY, CONTEXT, message(2 * CHUNK)) for _ in range(2))
    moved = one[:HEADER] + other[HEADER : HEADER + SEALED_CHUNK] + one[HEADER + SEALED_CHUNK :]
    assert refused(moved).chunk == 0


@given(st.binary(max_size=40).filter(lambda other: other != CONTEXT))
def test_another_context_is_refused_before_any_chunk(other: bytes) -> None:
    cipher = encrypt(KEY, CONTEXT, b"words")
    assert isinstance(refused(cipher[:HEADER] + b"not even a chunk", context=other), WrongCommitment)


def test_another_key_is_refused_before_any_chunk_and_again_after_that() -> None:
    cipher = encrypt(KEY, CONTEXT, b"words")
    decryptor = Decryptor(bytes(32), CONTEXT)
    for _ in range(2):
        with pytest.raises(WrongCommitment):
            decryptor.update(cipher)
    with pytest.raises(DamagedCiphertext):
        decryptor.finalize()


def test_after_a_damaged_chunk_even_the_sound_one_is_refused() -> None:
    cipher = encrypt(KEY, CONTEXT, message(3 * CHUNK))
    damaged = bytearray(cipher[: HEADER + SEALED_CHUNK])
    damaged[-1] ^= 1
    decryptor = Decryptor(KEY, CONTEXT)
    with pytest.raises(DamagedCiphertext):
        decryptor.update(bytes(damaged))
    with pytest.raises(DamagedCiphertext) as again:
        decryptor.update(cipher[HEADER:])
    assert again.value.chunk == 0
    with pytest.raises(DamagedCiphertext):
        decryptor.finalize()


def test_a_resumed_message_is_the_same_message() -> None:
    plain = message(3 * CHUNK + 7)
    begun = Encryptor(KEY, CONTEXT)
    stored = begun.header + begun.update(plain[: 2 * CHUNK + 100])
    resumed = Encryptor(KEY, CONTEXT, salt=begun.header[:24], first_chunk=2)
    stored += resumed.update(plain[2 * CHUNK :]) + resumed.finalize()
    assert decrypt(KEY, CONTEXT, stored) == plain


def test_an_ended_message_takes_no_more() -> None:
    encryptor = Encryptor(KEY, CONTEXT)
    encryptor.finalize()
    with pytest.raises(ValueError, match="has ended"):
        encryptor.update(b"more")
    with pytest.raises(ValueError, match="has ended"):
        encryptor.finalize()


@pytest.mark.parametrize("length", [-1, 0, HEADER, HEADER + 15, HEADER + SEALED_CHUNK, HEADER + SEALED_CHUNK + 15])
def test_a_length_that_no_message_has_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="no length"):
        plain_length(length)


@pytest.mark.parametrize(("first", "last"), [(-1, 0), (1, 0), (0, 10), (10, 10)])
def test_a_range_outside_the_message_is_refused(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="no range"):
        chunks_for_range(10, first, last)
