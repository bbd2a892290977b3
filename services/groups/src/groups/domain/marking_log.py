"""The log of markings: each entry is hashed over the one before it, so that no change of it goes unseen (P7).

What names somebody stands in an entry as a seal alone: a digest under a salt. Whoever is given the salt can check
what was sealed; when it is destroyed the entry still proves that it was made, and no longer about whom (P29).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

START = bytes(32)
"""What the first entry follows."""

SALT_BYTES = 32

Fields = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the public sees it. `digest` is the entry's, `hash` is over it and all entries before it."""

    number: int
    digest: bytes
    previous: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """A signed promise that the log, up to this number, ends in this hash."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first number at which a log is not what was promised, and in which way."""

    number: int
    why: str


def canonical(fields: Fields) -> bytes:
    """One spelling for one set of fields: JSON in ASCII, names sorted, no spaces."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def seal_of(salt: bytes, fields: Fields) -> bytes:
    """HMAC-SHA-256 of the fields under a salt of 256 random bits."""
    return hmac.digest(salt, canonical(fields), "sha256")


def digest_of(fields: Fields) -> bytes:
    """SHA-256 of an entry without its place. Its seals are random, so nobody finds an entry by guessing it."""
    return hashlib.sha256(b"ourwatch marking entry\n" + canonical(fields)).digest()


def link_after(last: Link | None, digest: bytes) -> Link:
    """The next link: SHA-256 over its number (8 bytes, big-endian), the previous hash and the entry's digest."""
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    return Link(number, digest, previous, _hash(number, previous, digest))


def check_links(links: Iterable[Link], after: Link | None = None) -> Break | None:
    """Where a log that goes on from `after` breaks first: edited, out of order, or with entries missing."""
    last = after
    for link in links:
        expected = link_after(last, link.digest)
        if link.number != expected.number:
            return Break(expected.number, f"entry {expected.number} is missing: {link.number} stands in its place")
        if link.previous != expected.previous:
            return Break(link.number, "it does not follow the entry before it")
        if link.hash != expected.hash:
            return Break(link.number, "it was edited: its hash is of something else")
        last = link
    return None


def check_head(hashes: Mapping[int, bytes], head: Head) -> Break | None:
    """Whether a log, as the hash of each number, holds the entry that a signed head promises."""
    if head.number not in hashes:
        return Break(head.number, "it is missing, and its hash was signed")
    if hashes[head.number] != head.hash:
        return Break(head.number, "it is another than the one whose hash was signed")
    return None


def check_log(links: Iterable[Link], heads: Iterable[Head]) -> Break | None:
    """Where a whole log breaks first; with the signed heads also where its end was cut off, or where it forks."""
    log = list(links)
    hashes = {link.number: link.hash for link in log}
    promised = sorted(heads, key=lambda head: head.number)
    found = [check_links(log), *(check_head(hashes, head) for head in promised)]
    end = max(hashes, default=0)
    if promised and promised[-1].number > end:
        found.append(Break(end + 1, f"it is missing: the signed heads promise {promised[-1].number} entries"))
    return min((each for each in found if each is not None), key=lambda each: each.number, default=None)


def check_entry(link: Link, fields: Fields, opened: tuple[bytes, Fields] | None) -> Break | None:
    """Whether an entry says what was hashed; with a salt and what it sealed, whether the seal is over that."""
    if digest_of(fields) != link.digest:
        return Break(link.number, "it was edited: it says something else than what was hashed")
    if opened is not None and seal_of(*opened).hex() != fields["about"]:
        return Break(link.number, "it was edited: its seal is over somebody or something else")
    return None


def _hash(number: int, previous: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(b"ourwatch marking log\n" + number.to_bytes(8, "big") + previous + digest).digest()
