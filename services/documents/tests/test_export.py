"""A whole vault as one archive: every byte, officers alone, little memory."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents.bootstrap import Resources
from shared.auth.principal import Assurance
from shared.testing.client import AsGateway

PIECE = b"0123456789abcdef" * 16384
LENGTH = 100 << 20


def peak_memory(pid: int) -> int:
    """The most a process has ever held, in bytes (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("this system does not tell how much memory a process has held")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


async def opened(actor: Any, path: str = "/vault.zip") -> zipfile.ZipFile:
    answer = await actor.ask("GET", path)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_an_officer_takes_every_document_along(group: Any, superuser: Any) -> None:
    chair = group.chair
    contents = {"Minutes.pdf": b"first " * 100_000, "../up.txt": b"up", "Café.txt": b"drinks"}
    for name, content in contents.items():
        await chair.upload(content, name)
    await chair.upload(b"for officers", "minutes.PDF", readers="officers")
    await chair.add("Without content.pdf")
    binned = (await chair.upload(b"gone", "Binned.txt")).split("/")[2]
    await chair.ask("DELETE", f"/documents/{binned}")
    newer = await chair.upload(b"old", "Changed.txt")
    path = await chair.declare(newer.split("/")[2], 3)
    assert (await chair.put(path, b"new")).status_code == 200
    half = await chair.declare(newer.split("/")[2], 30)
    assert half
    before = await superuser.fetchval("SELECT count(*) FROM keys.audit WHERE operation = 'unwrap'")
    with await opened(chair) as archive:
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == {
            "minutes.PDF": b"for officers",
            "Minutes (2).pdf": contents["Minutes.pdf"],
            "_up.txt": b"up",
            "Café.txt": b"drinks",
            "Changed.txt": b"new",
        }
    assert await superuser.fetchval("SELECT count(*) FROM keys.audit WHERE operation = 'unwrap'") == before + 5


async def test_documents_lie_in_their_folders(group: Any) -> None:
    chair = group.chair
    outer = await chair.folder("Minutes: 2026")
    inner = await chair.folder("..", outer)
    for name, folder in (("a.txt", None), ("a.txt", outer), ("A.txt", outer), ("b.txt", inner)):
        document = (await chair.upload(b"words", name)).split("/")[2]
        await chair.change(document, folder_id=folder)
    with await opened(chair) as archive:
        assert set(archive.namelist()) == {
            "a.txt",
            "Minutes_ 2026/A.txt",
            "Minutes_ 2026/a (2).txt",
            "Minutes_ 2026/document/b.txt",
        }


async def test_taking_a_vault_along_is_reading_each_document(group: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"words")
    document = path.split("/")[2]
    await opened(chair)
    lines = (await chair.ask("GET", f"/documents/{document}/ledger")).json()["lines"]
    assert [line["act"] for line in lines if line["version_id"] == path.split("/")[4]] == ["read", "version_added"]


async def test_an_empty_vault_is_an_empty_archive(group: Any) -> None:
    with await opened(group.chair) as archive:
        assert archive.namelist() == []


async def test_an_archive_is_never_shown_in_place_nor_kept(group: Any) -> None:
    await group.chair.upload(b"words")
    headers = (await group.chair.ask("GET", "/vault.zip")).headers
    assert headers["content-type"] == "application/zip"
    assert headers["content-disposition"].startswith("attachment;")
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert "link" not in headers


async def test_only_officers_take_a_vault_along(group: Any, new_group: Any) -> None:
    await group.chair.upload(b"ours")
    assert (await group.member.ask("GET", "/vault.zip")).status_code == 403
    with await opened(new_group().chair) as archive:
        assert archive.namelist() == []


@pytest.mark.parametrize("stale", [{"assurance": Assurance.ONE_FACTOR}, {"age": timedelta(minutes=6)}])
async def test_taking_along_asks_for_a_fresh_second_factor(group: Any, stale: dict[str, Any]) -> None:
    chair = group.chair
    at = chair.principal.authenticated_at - stale.pop("age", timedelta())
    chair.principal = replace(chair.principal, authenticated_at=at, **stale)
    answer = await chair.ask("GET", "/vault.zip")
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.second_factor_needed")


async def test_a_large_vault_goes_on_in_a_further_archive(group: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("documents.use_cases.export_vault.MOST_DOCUMENTS", 2)
    chair = group.chair
    for number in range(3):
        await chair.upload(b"words", f"{number}.txt")
    first = await chair.ask("GET", "/vault.zip")
    assert zipfile.ZipFile(io.BytesIO(first.content)).namelist() == ["2.txt", "1.txt"]
    link = first.headers["link"]
    assert link.endswith('>; rel="next"')
    with await opened(chair, link.partition(f"/groups/{group.id}")[2].partition(">")[0]) as archive:
        assert archive.namelist() == ["0.txt"]


async def test_an_archive_breaks_off_where_a_content_is_gone(
    group: Any, served: Any, resources: Resources, superuser: Any
) -> None:
    chair = group.chair
    lost = await chair.upload(b"lost", "lost.txt")
    await chair.upload(b"first", "first.txt")
    key = await superuser.fetchval("SELECT object_key FROM versions WHERE id::text = $1", lost.split("/")[4])
    await resources.store.delete(key)
    async with httpx.AsyncClient(base_url=served.url, auth=AsGateway(group.issuer, "documents")) as client:
        chair.client = client
        with pytest.raises(httpx.RemoteProtocolError):
            await chair.ask("GET", "/vault.zip")


@pytest.mark.timeout(300)
async def test_a_vault_of_300_mib_passes_through_little_memory(group: Any, served: Any, tmp_path: Path) -> None:
    async def content() -> AsyncIterator[bytes]:
        for _ in range(LENGTH // len(PIECE)):
            yield PIECE

    chair = group.chair
    async with httpx.AsyncClient(
        base_url=served.url, auth=AsGateway(group.issuer, "documents"), timeout=120
    ) as gateway:
        chair.client = gateway
        for number in range(3):
            path = await chair.declare(await chair.add(f"{number}.txt"), LENGTH)
            assert (await chair.put(path, content())).status_code == 200
        before = peak_memory(served.pid)
        with (tmp_path / "vault.zip").open("wb") as kept:
            async with gateway.stream("GET", f"/groups/{group.id}/vault.zip", headers=chair.headers) as answer:
                async for piece in answer.aiter_bytes():
                    kept.write(piece)
        assert peak_memory(served.pid) - before < 40 << 20
    wanted = hashlib.sha256()
    for _ in range(LENGTH // len(PIECE)):
        wanted.update(PIECE)
    with zipfile.ZipFile(tmp_path / "vault.zip") as archive:
        assert len(archive.namelist()) == 3
        for name in archive.namelist():
            found = hashlib.sha256()
            with archive.open(name) as file:
                while piece := file.read(1 << 20):
                    found.update(piece)
            assert found.digest() == wanted.digest()
