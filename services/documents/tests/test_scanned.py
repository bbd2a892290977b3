"""A virus scanner in the way: what it does not call clean is not kept. The scanner is a small server that speaks
clamd's INSTREAM as clamd 1.4 was seen to, and, where this machine has clamd, clamd itself.
"""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from documents.app import create_app
from documents.domain.errors import MalwareFound, NotScanned
from documents.settings import DocumentsSettings
from documents.storage.clamd import Clamd
from documents.storage.parts import PART
from shared.testing.client import service_client
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer

pytestmark = pytest.mark.usefixtures("no_uploads")

BAD = b"a marker that the scanner knows"
DEEP = b"PK\x03\x04"


@dataclass
class Scanner:
    """What the small server does."""

    url: str
    seen: bytes = b""
    answer: bytes | None = None
    limit: int = 1 << 30
    alerts: bool = True

    def judge(self) -> bytes:
        if self.answer is not None:
            return self.answer
        if self.seen.startswith(DEEP) and len(self.seen) > 10_000:
            return b"stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND" if self.alerts else b"stream: OK"
        return b"stream: Test.Marker FOUND" if BAD in self.seen else b"stream: OK"


@pytest.fixture
async def scanner(tmp_path: Path) -> AsyncIterator[Scanner]:
    known = Scanner(f"unix://{tmp_path}/clamd")

    async def serve(asked: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        assert await asked.readuntil(b"\0") == b"zINSTREAM\0"
        known.seen = b""
        while length := int.from_bytes(await asked.readexactly(4), "big"):
            known.seen += await asked.readexactly(length)
            if len(known.seen) > known.limit:
                out.write(b"INSTREAM size limit exceeded. ERROR\0")
                break
        else:
            if known.answer != b"":
                out.write(known.judge() + b"\0")
        await out.drain()
        out.close()

    async with await asyncio.start_unix_server(serve, tmp_path / "clamd"):
        yield known


@pytest.fixture
async def group(settings: DocumentsSettings, issuer: Issuer, group: Any, scanner: Scanner) -> AsyncIterator[Any]:
    """A group whose documents pass the scanner."""
    app = create_app(settings.model_copy(update={"clamd_url": scanner.url}))
    async with service_client(app, issuer, "documents") as client:
        yield replace(group, client=client)


async def sent(chair: Any, content: bytes, way: str) -> tuple[str, Any]:
    path = await chair.declare(await chair.add(), len(content))
    return path, await (chair.put(path, content) if way == "put" else chair.patch(path, 0, content))


BOTH = pytest.mark.parametrize("way", ["put", "patch"])


@BOTH
async def test_what_is_clean_is_kept_and_was_seen_whole(group: Any, scanner: Scanner, way: str) -> None:
    content = b"clean words " * 20_000
    path, answer = await sent(group.chair, content, way)
    assert answer.status_code == 200
    assert scanner.seen == content
    assert (await group.chair.ask("GET", path)).content == content


@BOTH
async def test_malware_is_refused_and_leaves_nothing(group: Any, superuser: Any, way: str) -> None:
    path, answer = await sent(group.chair, b"words " * 20_000 + BAD, way)
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.malware_found")
    assert (await group.chair.ask("GET", path)).status_code == 404
    assert await group.chair.kept(path) == 0
    assert await superuser.fetchval("SELECT count(*) FROM uploads") == 0


@BOTH
@pytest.mark.parametrize(
    "answer", [b"", b"stream: OK ", b"OK", b"INSTREAM: Can't allocate memory ERROR", b"stream: x ERROR"]
)
async def test_anything_but_ok_is_not_scanned(group: Any, scanner: Scanner, answer: bytes, way: str) -> None:
    assert (await sent(group.chair, b"before", way))[1].status_code == 200
    scanner.answer = answer
    path, told = await sent(group.chair, b"words", way)
    assert (told.status_code, told.json()["code"]) == (503, "documents.not_scanned")
    assert (await group.chair.ask("GET", path)).status_code == 404


@BOTH
async def test_what_is_past_the_limit_of_the_stream_is_not_scanned(group: Any, scanner: Scanner, way: str) -> None:
    scanner.limit = 100_000
    _, told = await sent(group.chair, b"words " * 100_000, way)
    assert (told.status_code, told.json()["code"]) == (503, "documents.not_scanned")


async def test_a_scanner_that_is_silent_about_its_limits_is_not_believed(group: Any, scanner: Scanner) -> None:
    scanner.alerts = False
    _, told = await sent(group.chair, b"clean", "put")
    assert told.json()["code"] == "documents.not_scanned"
    scanner.alerts = True
    assert (await sent(group.chair, b"clean", "put"))[1].status_code == 200


async def test_an_upload_in_parts_waits_for_the_scanner(group: Any, scanner: Scanner, superuser: Any) -> None:
    content = b"w" * (PART + 1)
    scanner.answer = b"no"
    path, told = await sent(group.chair, content, "patch")
    assert told.status_code == 503
    scanner.answer = None
    assert await group.chair.kept(path) == len(content)
    assert (await group.chair.patch(path, len(content), b"")).status_code == 200
    assert (await group.chair.ask("GET", path)).content == content
    await superuser.execute("DELETE FROM uploads")


async def test_no_scanner_at_the_address_is_no_clean_content(
    settings: DocumentsSettings, issuer: Issuer, group: Any, tmp_path: Path
) -> None:
    app = create_app(settings.model_copy(update={"clamd_url": f"unix://{tmp_path}/none"}))
    async with service_client(app, issuer, "documents") as client:
        _, told = await sent(replace(group, client=client).chair, b"words", "put")
    assert told.json()["code"] == "documents.not_scanned"


@pytest.mark.parametrize("url", ["http://clamd:3310", "tcp://clamd", "unix://", "/run/clamd"])
def test_an_address_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="tcp://host:port"):
        Clamd(url)


@asynccontextmanager
async def real(folder: Path, alerts: str) -> AsyncIterator[Clamd]:
    (folder / "db").mkdir()
    (folder / "db" / "test.hdb").write_text(f"{hashlib.md5(BAD).hexdigest()}:{len(BAD)}:Test.Marker\n")
    (folder / "clamd.conf").write_text(
        f"LocalSocket {folder}/socket\nDatabaseDirectory {folder}/db\nForeground yes\n"
        f"AlertExceedsMax {alerts}\nStreamMaxLength 1M\n"
    )
    with (folder / "log").open("wb") as log:
        daemon = await asyncio.create_subprocess_exec("clamd", "-c", str(folder / "clamd.conf"), stdout=log, stderr=log)
    try:

        async def listening() -> bool:
            return (folder / "socket").exists()

        await eventually(listening)
        yield Clamd(f"unix://{folder}/socket")
    finally:
        daemon.terminate()
        await daemon.wait()


async def judged(clamd: Clamd, content: bytes) -> bool:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 50_000):
            yield content[at : at + 50_000]

    return b"".join([piece async for piece in clamd.scanned(pieces())]) == content


@pytest.mark.skipif(shutil.which("clamd") is None, reason="this machine has no clamd")
async def test_clamd_itself_is_understood(tmp_path: Path) -> None:
    async with real(tmp_path, "yes") as clamd:
        assert await judged(clamd, b"clean " * 50_000)
        with pytest.raises(MalwareFound):
            await judged(clamd, BAD)
        with pytest.raises(NotScanned):
            await judged(clamd, b"w" * (4 << 20))


@pytest.mark.skipif(shutil.which("clamd") is None, reason="this machine has no clamd")
async def test_clamd_without_alerts_about_its_limits_is_not_believed(tmp_path: Path) -> None:
    async with real(tmp_path, "no") as clamd:
        with pytest.raises(NotScanned):
            await judged(clamd, b"clean")
