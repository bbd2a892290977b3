"""A log that was touched is found out, by whoever has a copy of it and of its signed heads (P7)."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from groups.domain.exported_log import NotAnExport, Verdict, verify, verify_export
from groups.domain.log_heads import USE, sign_head_with
from groups.domain.marking_log import (
    Break,
    Head,
    Link,
    check_entry,
    check_links,
    check_log,
    digest_of,
    link_after,
    seal_of,
)
from shared.auth.keyfiles import public_jwk

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
JWKS = {"keys": [public_jwk("log", KEY.public_key()) | {"use": USE}]}


def a_log(length: int, seed: str = "") -> list[Link]:
    log: list[Link] = []
    for number in range(length):
        log.append(link_after(log[-1] if log else None, digest_of({"entry": f"{seed}{number}"})))
    return log


LOG = a_log(8)
HEADS = [Head(link.number, link.hash) for link in (LOG[3], LOG[7])]


def head_of(link: Link, key: Ed25519PrivateKey = KEY) -> tuple[int, str]:
    return link.number, sign_head_with(key, "log", Head(link.number, link.hash), NOW)


def broken_at(log: list[Link], heads: list[Head] = HEADS) -> int | None:
    found = check_log(log, heads)
    return found.number if found else None


def test_a_log_that_nobody_touched_holds() -> None:
    assert check_log(LOG, HEADS) is None
    assert check_log([], []) is None
    assert check_links(LOG[5:], after=LOG[4]) is None


@pytest.mark.parametrize("number", range(1, 9))
def test_an_edited_entry_is_named(number: int) -> None:
    edited = list(LOG)
    edited[number - 1] = replace(LOG[number - 1], digest=digest_of({"entry": "other"}))
    assert broken_at(edited) == number


def test_an_entry_edited_and_hashed_anew_is_told_by_the_next_one() -> None:
    anew = link_after(LOG[4], digest_of({"entry": "other"}))
    assert broken_at([*LOG[:5], anew, *LOG[6:]]) == 7


def test_entries_out_of_order_are_named() -> None:
    swapped = list(LOG)
    swapped[2], swapped[4] = swapped[4], swapped[2]
    assert broken_at(swapped) == 3


@pytest.mark.parametrize("number", range(1, 8))
def test_an_entry_that_was_cut_out_is_named(number: int) -> None:
    assert broken_at(LOG[: number - 1] + LOG[number:]) == number


def test_an_end_that_was_cut_off_is_named_by_the_signed_head() -> None:
    assert broken_at(LOG[:6]) == 7
    assert broken_at(LOG[:6], []) is None  # without a head nobody could know
    assert broken_at([]) == 1


def test_a_fork_is_named_by_the_first_head_that_promised_something_else() -> None:
    fork = list(LOG[:4])
    for number in range(4, 10):
        fork.append(link_after(fork[-1], digest_of({"entry": f"fork {number}"})))
    assert check_links(fork) is None
    assert broken_at(fork) == 8
    assert broken_at(a_log(8, "all others")) == 4


def test_two_heads_of_one_number_cannot_both_be_right() -> None:
    assert broken_at(LOG, [*HEADS, Head(6, bytes(32))]) == 6


def test_an_export_verifies_with_the_public_key_alone() -> None:
    pages = [_page(LOG[:4], [head_of(LOG[3])]), _page(LOG[4:], [head_of(LOG[7])]), ""]
    assert verify_export(pages, JWKS) == Verdict(8, 8, None)
    assert verify_export([], JWKS) == Verdict(0, 0, None)
    assert verify_export(reversed(pages), JWKS).broken is not None


def test_a_head_that_the_logs_key_did_not_sign_is_named() -> None:
    number, statement = head_of(LOG[3])
    organisations = {"keys": [JWKS["keys"][0] | {"use": "sig"}]}
    for heads, keys in (
        ([head_of(LOG[3], Ed25519PrivateKey.generate())], JWKS),
        ([(number, statement + "x")], JWKS),
        ([(number, statement)], organisations),
        ([(number, head_of(LOG[4])[1])], JWKS),
    ):
        assert verify(LOG, heads, keys).broken == Break(4, "its head is not signed by the log's key")


@pytest.mark.parametrize("text", ["[]", "{}", "null", '{"entries":[{}],"heads":[]}', "no json", '{"entries":[1]}'])
def test_what_is_no_export_is_refused(text: str) -> None:
    with pytest.raises(NotAnExport):
        verify_export([text], JWKS)


def test_an_entry_that_says_something_else_is_named() -> None:
    salt = bytes(32)
    about: dict[str, str | int | bool | None] = {"subject": "somebody"}
    fields: dict[str, str | int | bool | None] = {"form": 1, "about": seal_of(salt, about).hex()}
    link = link_after(None, digest_of(fields))
    assert check_entry(link, fields, (salt, about)) is None
    assert check_entry(link, fields, None) is None
    assert check_entry(link, fields | {"form": 2}, None) is not None
    assert check_entry(link, fields, (salt, {"subject": "somebody else"})) is not None


def _page(links: list[Link], heads: list[tuple[int, str]]) -> str:
    entries = [
        {
            "number": link.number,
            "digest": link.digest.hex(),
            "previous_hash": link.previous.hex(),
            "hash": link.hash.hex(),
        }
        for link in links
    ]
    return json.dumps({"entries": entries, "heads": [{"number": n, "statement": s} for n, s in heads]})
