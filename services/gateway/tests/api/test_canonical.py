"""Requests that can be read in two ways, byte for byte on the wire: none of them reaches a service."""

import pytest
from shared.testing.issuer import a_member

from services.gateway.tests.conftest import Door

TARGETS = [
    "/%61reas", "/areas%2f", "/groups%2fmine", "/areas%00", "/are%0das", "/areas%20", "/areas/%2e%2e/me",
    "/areas/../me",
    "/./areas", "/areas/.", "/areas/..", "//areas", "/areas//", "/areas/", "///", "/areas;x=1", "/areas,", "/areas\\me",
    "/areas#me", "/areas#?within=x", "/areas:80", "/are*s", "/ar\xe9as", '/areas?a="', "/areas?a=<b>", "/areas?a=b\\c",
    "/areas?a=\xe9", "/areas?a={b}", "/areas?a=[b]", "/areas?a=|", "/areas?" + "a" * 5000, "/" + "a" * 5000,
    "http://elsewhere.test/areas", "https://elsewhere.test/areas", "http://elsewhere.test", "http://me@elsewhere.test/areas",
    "elsewhere.test/areas", "*", "areas", "/internal/passes", "/internal/revocations", "/areas/../internal/passes",
]  # fmt: skip

HEADERS = {
    "host twice": "Host: a\r\nHost: b\r\n",
    "authorization twice": "Host: a\r\nAuthorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n",
    "content type twice": "Host: a\r\nContent-Type: a/b\r\ncontent-type: a/c\r\n",
    "idempotency key twice": "Host: a\r\nIdempotency-Key: aaaaaaaaaaaaaaaaa\r\nIdempotency-Key: bbbbbbbbbbbbbbbbb\r\n",
    "range twice": "Host: a\r\nRange: bytes=0-1\r\nRange: bytes=1-2\r\n",
    "underscored": "Host: a\r\nOW_INTERNAL: x\r\n",
    "content length underscored": "Host: a\r\nContent_Length: 3\r\n",
    "lengths that differ": "Host: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n",
    "a length twice": "Host: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n",
    "a list of lengths": "Host: a\r\nContent-Length: 0, 0\r\n",
    "length with a sign": "Host: a\r\nContent-Length: +0\r\n",
    "length below nothing": "Host: a\r\nContent-Length: -1\r\n",
    "length in hexadecimal": "Host: a\r\nContent-Length: 0x1\r\n",
    "length and chunks": "Host: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n",
    "chunks twice": "Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "chunks and something": "Host: a\r\nTransfer-Encoding: chunked, identity\r\n",
    "an unknown coding": "Host: a\r\nTransfer-Encoding: xchunked\r\n",
    "a coding before chunks": "Host: a\r\nTransfer-Encoding: gzip, chunked\r\n",
    "method override": "Host: a\r\nX-HTTP-Method-Override: DELETE\r\n",
    "another override": "Host: a\r\nX-Original-URL: /me\r\n",
    "space before the colon": "Host: a\r\nAuthorization : x\r\n",
    "folded": "Host: a\r\nX-Note: a\r\n b\r\n",
    "bare line feed": "Host: a\nX-Note: b\n",
    "bare carriage return": "Host: a\r\nX-Note: a\rX-Other: b\r\n",
    "NUL": "Host: a\r\nX-Note: a\0b\r\n",
    "control character": "Host: a\r\nX-Note: a\x01b\r\n",
    "a name with a space": "Host: a\r\nX Note: a\r\n",
    "an empty name": "Host: a\r\n: a\r\n",
    "very many": "Host: a\r\n" + "".join(f"X-{n}: a\r\n" for n in range(80)),
}

LINES = ["GET /areas", "GET /areas HTTP/9.9", "get /areas HTTP/1.1", " GET /areas HTTP/1.1",
         "GET\t/areas HTTP/1.1", "GET /areas HTTP/1.1 x", "TRACE /areas HTTP/1.1", "CONNECT areas:80 HTTP/1.1",
         "POST /areas HTTP/1.1", "HEAD /areas HTTP/1.1", "OPTIONS /areas HTTP/1.1",
         "PURGE /areas HTTP/1.1"]  # fmt: skip


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def is_kept_out(door: Door, request: str) -> None:
    answer = await door.raw(request.encode("latin-1"))
    assert 400 <= status(answer) < 500, answer
    assert not door.upstream.seen


async def test_the_same_request_without_a_fault_goes_through(door: Door) -> None:
    assert status(await door.raw(b"GET /areas?within=x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) == 200
    assert [seen.target for seen in door.upstream.seen] == ["/areas?within=x"]


@pytest.mark.parametrize("target", TARGETS)
async def test_a_target_that_can_be_read_in_two_ways_is_refused(target: str, door: Door) -> None:
    await is_kept_out(door, f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("line", LINES)
async def test_a_request_line_that_is_none_is_refused(line: str, door: Door) -> None:
    await is_kept_out(door, f"{line}\r\nHost: a\r\nConnection: close\r\n\r\n")


@pytest.mark.parametrize("name", HEADERS)
async def test_headers_that_can_be_read_in_two_ways_are_refused(name: str, door: Door) -> None:
    headers = HEADERS[name].replace("{token}", door.issuer.access(a_member()))
    await is_kept_out(door, f"GET /areas HTTP/1.1\r\n{headers}Connection: close\r\n\r\n")


async def test_what_follows_a_body_is_no_request_of_its_own(door: Door) -> None:
    """A length beside chunks would let a second request through unseen (RFC 9112 section 6.1)."""
    within = "GET /directory HTTP/1.1\r\nHost: a\r\n\r\n"
    head = f"POST /sessions HTTP/1.1\r\nHost: a\r\nContent-Length: {len(within) + 5}\r\nTransfer-Encoding: chunked\r\n"
    await is_kept_out(door, f"{head}\r\n0\r\n\r\n{within}")
