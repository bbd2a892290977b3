"""Bodies both ways: never held whole, never longer than allowed, never silently short."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.eventually import eventually
from shared.testing.issuer import a_member
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from services.gateway.tests.conftest import Door, plain

PIECE = bytes(1 << 20)
PIECES = 300
MOST_MEMORY = 220 << 20


def content() -> str:
    return f"/groups/{new_id()}/documents/{new_id()}/versions/{new_id()}/content"


async def swallow(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with how many bytes came, or notes that they broke off."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    told = str(length).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(told))]})
    await send({"type": "http.response.body", "body": told})


class Pour:
    """Answers with many pieces, until whoever reads has gone; or dies after `dies_after` of them."""

    def __init__(self, *, declared: bool = True, dies_after: int | None = None, pieces: int = PIECES) -> None:
        self.declared, self.dies_after, self.pieces, self.poured = declared, dies_after, pieces, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = [(b"content-length", b"%d" % (self.pieces * len(PIECE)))] if self.declared else []
        await send({"type": "http.response.start", "status": 200, "headers": length})
        gone = asyncio.create_task(self._until_gone(receive))
        try:
            while self.poured < self.pieces and not gone.done():
                if self.poured == self.dies_after:
                    raise ConnectionAbortedError("the service died")
                await send({"type": "http.response.body", "body": PIECE, "more_body": True})
                self.poured += 1
                await asyncio.sleep(0)  # to somebody who has gone, send returns without ever letting others run
        finally:
            gone.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


@pytest.fixture
async def own_process(door: Door, tmp_path: Path) -> AsyncIterator[tuple[int, str]]:
    """A gateway as it runs in production, in front of the same services: its process and its address."""
    port, behind = free_ports(1)[0], str(door.resources.entrance._services._addresses["identity"])
    issuer = door.issuer
    environment = {
        "GATEWAY_PORT": str(port),
        "GATEWAY_PUBLIC_URL": "http://ourwatch.test",
        "GATEWAY_TRUST_FOLDER": str(issuer.trust_folder),
        "GATEWAY_KEY_FOLDER": str(issuer.key_folder),
        **{f"GATEWAY_{name}_URL": behind for name in ("IDENTITY", "GROUPS", "DOCUMENTS", "MESSAGING")},
    }
    with (tmp_path / "log").open("wb") as log:
        started = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [sys.executable, "-m", "gateway", "api"], env={**os.environ, **environment}, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"

    async def ready() -> bool:
        assert started.poll() is None, (tmp_path / "log").read_text()
        try:
            return (await door.client.get(f"{url}/health/ready")).status_code == 200
        except httpx.TransportError:
            return False

    try:
        await eventually(ready)
        yield started.pid, url
    finally:
        started.terminate()
        started.wait(20)


def most_memory(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) << 10


async def test_three_hundred_megabytes_go_each_way_in_little_memory(door: Door, own_process: tuple[int, str]) -> None:
    pid, url = own_process
    door.upstream.answer = swallow

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(PIECES):
            yield PIECE

    length = {"content-length": str(PIECES * len(PIECE)), "content-type": "application/octet-stream"}
    answer = await door.client.put(
        url + content(), content=pieces(), headers={**door.bearer(a_member()), **length}, timeout=100
    )
    assert (answer.status_code, answer.text) == (200, length["content-length"])

    door.upstream.answer, read = Pour(), 0
    async with door.client.stream("GET", url + content(), headers=door.bearer(a_member()), timeout=100) as download:
        assert download.headers["content-length"] == length["content-length"]
        async for piece in download.aiter_raw():
            read += len(piece)
    assert read == PIECES * len(PIECE)
    assert most_memory(pid) < MOST_MEMORY


async def test_a_body_over_its_limit_is_refused_before_it_is_read(door: Door) -> None:
    head = f"POST /accounts HTTP/1.1\r\nHost: a\r\nContent-Length: {(1 << 20) + 1}\r\nConnection: close\r\n\r\n"
    assert (await door.raw(head.encode())).startswith(b"HTTP/1.1 413 ")
    assert not door.upstream.seen


async def test_a_body_without_a_length_is_counted_as_it_comes(door: Door) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield PIECE

    door.upstream.answer = swallow
    answer = await door.client.post("/accounts", content=pieces())
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"

    async def small() -> AsyncIterator[bytes]:
        yield b"{}"

    assert (await door.client.post("/accounts", content=small())).text == "2"


@pytest.mark.parametrize("target", ["/me", "/areas"])
async def test_a_route_without_a_body_takes_none(target: str, door: Door) -> None:
    for sent in ({"content-length": "1"}, {"transfer-encoding": "chunked"}):
        content = b"1\r\nx\r\n0\r\n\r\n" if "transfer-encoding" in sent else b"x"
        (name, value) = next(iter(sent.items()))
        head = f"GET {target} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {door.issuer.access(a_member())}\r\n"
        answer = await door.raw(f"{head}{name}: {value}\r\nConnection: close\r\n\r\n".encode() + content)
        assert answer.startswith(b"HTTP/1.1 413 "), answer


async def test_a_file_says_its_length_first(door: Door) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"

    answer = await door.client.put(content(), content=pieces(), headers=door.bearer(a_member()))
    assert answer.status_code == 411
    assert answer.json()["code"] == "gateway.length_required"
    assert not door.upstream.seen


@pytest.mark.parametrize("declared", [True, False])
async def test_a_service_that_dies_in_the_middle_is_never_a_short_answer(declared: bool, door: Door) -> None:
    door.upstream.answer = Pour(declared=declared, dies_after=3, pieces=6)
    with pytest.raises(httpx.RemoteProtocolError):
        await door.ask("GET", content(), a_member())
    door.upstream.answer = plain
    assert (await door.ask("GET", "/me", a_member())).status_code == 200


async def test_a_service_that_hangs_up_without_a_word_is_unreachable(door: Door) -> None:
    async def dies(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        # nothing of the body, which uvicorn ends by closing the connection

    door.upstream.answer = dies
    with pytest.raises(httpx.RemoteProtocolError):
        await door.ask("GET", "/me", a_member())


async def test_whoever_hangs_up_while_reading_stops_the_service(door: Door) -> None:
    pour = Pour(pieces=2000)
    door.upstream.answer = pour
    ended = asyncio.Event()

    async def pouring(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await pour(scope, receive, send)
        finally:
            ended.set()

    door.upstream.answer = pouring
    async with door.client.stream("GET", content(), headers=door.bearer(a_member())) as download:
        async for _ in download.aiter_raw():
            break
    async with asyncio.timeout(60):
        await ended.wait()
    assert pour.poured < pour.pieces


async def test_whoever_hangs_up_while_sending_leaves_nothing_whole(door: Door) -> None:
    whole, broken = asyncio.Event(), asyncio.Event()

    async def receiving(scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                broken.set()
                return
            more = message.get("more_body", False)
        whole.set()

    door.upstream.answer = receiving
    host, _, port = door.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"PUT {content()} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {door.issuer.access(a_member())}\r\n"
    writer.write(f"{head}Content-Length: 9000000\r\n\r\n".encode() + PIECE)
    await writer.drain()

    async def arrived() -> bool:
        return bool(door.upstream.seen)

    await eventually(arrived)
    writer.close()
    async with asyncio.timeout(60):
        await broken.wait()
    assert not whole.is_set()
    door.upstream.answer = plain
    assert (await door.ask("GET", "/me", a_member())).status_code == 200


async def test_a_cut_upload_is_asked_about_and_goes_on(door: Door) -> None:
    async def kept(_scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        headers = [(b"upload-offset", b"7"), (b"upload-complete", b"?0"), (b"upload-length", b"9")]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    door.upstream.answer = kept
    target, sent = content(), {"upload-offset": "7", "upload-complete": "?1"}
    answer = await door.ask("HEAD", target, a_member())
    assert (answer.status_code, answer.headers["upload-offset"], answer.headers["upload-length"]) == (204, "7", "9")
    told = sent | {"content-type": "application/partial-upload"}
    answer = await door.ask("PATCH", target, a_member(), headers=told, content=b"89")
    assert (answer.status_code, answer.headers["upload-complete"]) == (204, "?0")
    seen = door.upstream.seen[-1]
    assert (seen.method, {name: seen.header(name) for name in told}) == ("PATCH", told)


async def test_a_question_without_a_body_is_refused_without_one(own_process: tuple[int, str], door: Door) -> None:
    async def refused(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"code": "documents.only_officers"}, 403, media_type="application/problem+json")(
            scope, receive, send
        )

    door.upstream.answer = refused
    _, url = own_process
    async with httpx.AsyncClient(base_url=url) as client:
        for _ in range(3):
            answer = await client.head(content(), headers=door.bearer(a_member()))
            assert (answer.status_code, answer.content) == (403, b"")
            assert answer.headers["content-type"] == "application/problem+json"
