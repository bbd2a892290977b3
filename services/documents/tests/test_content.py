"""Contents: whole or absent, byte for byte, safe to download (P22)."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from documents.bootstrap import Resources
from documents.domain.kinds import LOOKED_AT
from documents.use_cases.clear_abandoned_uploads import clear_abandoned_uploads
from shared.auth import internal
from shared.blobs.store import random_key
from shared.db.unit_of_work import UnitOfWork
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer

pytestmark = pytest.mark.usefixtures("no_uploads")

CONTENT = secrets.token_hex(50_000).encode()


async def stored_objects(resources: Resources) -> set[str]:
    return {blob.key async for blob in resources.store.list()}


@pytest.mark.parametrize("length", [1, 16 * 1024, 16 * 1024 + 1, 700_001])
async def test_a_member_reads_back_what_an_officer_uploaded(group: Any, length: int) -> None:
    content = secrets.token_hex(length).encode()[:length]
    path = await group.chair.upload(content)
    answer = await group.member.ask("GET", path)
    assert answer.status_code == 200
    assert answer.content == content


async def test_what_an_upload_answers_is_what_the_document_then_says(group: Any) -> None:
    path = await group.chair.declare(document := await group.chair.add(), len(CONTENT))
    answered = (await group.chair.put(path, CONTENT)).json()
    told = (await group.member.ask("GET", f"/documents/{document}")).json()
    assert told["versions"] == [answered]
    assert answered["ready_at"]


async def test_a_download_is_never_shown_in_place_nor_kept(group: Any) -> None:
    path = await group.chair.upload(b"alert(1)", 'Ü "q" \\ 100%/é.html')
    headers = (await group.member.ask("GET", path)).headers
    assert headers["content-type"] == "application/octet-stream"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"] == (
        "attachment; filename=\"_ _q_ _ 100___.html\"; filename*=UTF-8''%C3%9C%20%22q%22%20%5C%20100%25%2F%C3%A9.html"
    )


@pytest.mark.parametrize(
    ("ranged", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=16383-16385", 16383, 16385), ("bytes=-5", 99_995, 99_999), ("bytes=5-", 5, 99_999)],
)
async def test_a_range_is_answered_with_its_bytes(group: Any, ranged: str, first: int, last: int) -> None:
    path = await group.chair.upload(CONTENT)
    answer = await group.member.ask("GET", path, headers={"range": ranged})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes {first}-{last}/100000"
    assert answer.content == CONTENT[first : last + 1]


async def test_a_range_past_the_end_is_not_satisfiable(group: Any) -> None:
    path = await group.chair.upload(b"short")
    answer = await group.member.ask("GET", path, headers={"range": "bytes=5-9"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */5")


async def test_a_range_of_another_version_is_ignored(group: Any) -> None:
    path = await group.chair.upload(b"newer")
    answer = await group.member.ask("GET", path, headers={"range": "bytes=0-0", "if-range": '"an older one"'})
    assert (answer.status_code, answer.content) == (200, b"newer")


async def test_a_version_needs_its_length_before_its_first_byte(group: Any) -> None:
    document_id = await group.chair.add()
    for body in ({}, {"length": 0}, {"length": -1}, {"length": "many"}):
        answer = await group.chair.ask("POST", f"/documents/{document_id}/versions", json=body)
        assert answer.status_code == 422


async def test_a_file_over_the_limit_is_refused_before_its_first_byte(group: Any) -> None:
    document_id = await group.chair.add()
    answer = await group.chair.ask("POST", f"/documents/{document_id}/versions", json={"length": (1 << 30) + 1})
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.too_large")


@pytest.mark.parametrize("sent", [b"", b"123", b"12345"])
async def test_content_of_another_length_leaves_nothing(group: Any, resources: Resources, sent: bytes) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 4)
    before = await stored_objects(resources)
    answer = await chair.put(path, sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.length_differs")
    assert (await chair.ask("GET", path)).status_code == 404
    assert await stored_objects(resources) == before
    assert (await chair.put(path, b"1234")).status_code == 200


async def test_a_form_is_no_content(group: Any) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 4)
    answer = await chair.ask("PUT", path, files={"file": b"1234"}, headers={"idempotency-key": "a" * 20})
    assert answer.json()["code"] == "documents.not_raw_bytes"


async def test_a_version_that_is_not_ready_is_not_shown(group: Any) -> None:
    chair = group.chair
    document_id = await chair.add()
    path = await chair.declare(document_id, 4)
    assert (await chair.ask("GET", f"/documents/{document_id}")).json()["versions"] == []
    assert (await chair.ask("GET", path)).status_code == 404


async def test_a_member_may_not_upload(group: Any) -> None:
    path = await group.chair.declare(await group.chair.add(), 4)
    assert (await group.member.put(path, b"1234")).status_code == 403


async def test_a_repeated_put_answers_as_before_and_changes_nothing(group: Any, resources: Resources) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 4)
    first = await chair.put(path, b"1234")
    before = await stored_objects(resources)
    again = await chair.put(path, b"9999")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await chair.ask("GET", path)).content == b"1234"
    assert await stored_objects(resources) == before


async def test_twenty_puts_at_once_have_one_effect(group: Any, resources: Resources, superuser: Any) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 50_000)
    before = await stored_objects(resources)
    sent = [bytes([ord("a") + number]) * 50_000 for number in range(20)]
    answers = await asyncio.gather(*(chair.put(path, content) for content in sent))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert (await chair.ask("GET", path)).content in sent
    assert len(await stored_objects(resources) - before) == 1
    assert await superuser.fetchval("SELECT count(*) FROM uploads") == 0


async def test_an_upload_that_is_cut_leaves_nothing_visible(
    group: Any, served: Any, issuer: Issuer, resources: Resources, superuser: Any
) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 1 << 20)
    target = f"/groups/{group.id}{path}"
    headers = {
        **chair.headers,
        internal.HEADER: issuer.internal("documents", "PUT", target),
        "content-type": "application/octet-stream",
        "content-length": str(1 << 20),
        "host": "documents",
    }
    before = await stored_objects(resources)
    address = urlsplit(served.url)
    _, out = await asyncio.open_connection(address.hostname, address.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    out.write(f"PUT {target} HTTP/1.1\r\n{head}\r\n".encode() + b"m" * (1 << 19))
    await out.drain()

    async def uploads() -> int:
        return int(await superuser.fetchval("SELECT count(*) FROM uploads"))

    async def given_up() -> bool:
        return await uploads() == 0

    await eventually(uploads)
    out.close()
    await eventually(given_up)
    assert (await chair.ask("GET", path)).status_code == 404
    assert await stored_objects(resources) == before


async def test_the_worker_removes_what_a_dead_upload_left(resources: Resources, superuser: Any) -> None:
    async def one_piece() -> AsyncIterator[bytes]:
        yield b"left"

    dead, alive = random_key(), random_key()
    for key in (dead, alive):
        await resources.store.put(key, 4, one_piece())
    await superuser.execute("INSERT INTO uploads VALUES ($1, now() - interval '25 hours'), ($2, now())", dead, alive)
    await clear_abandoned_uploads(resources.unit_of_work(), resources.store, timedelta(hours=24))
    assert dead not in await stored_objects(resources)
    assert alive in await stored_objects(resources)
    assert await superuser.fetchval("DELETE FROM uploads RETURNING object_key") == alive


async def test_an_upload_that_was_taken_for_dead_does_not_become_ready(
    group: Any, resources: Resources, superuser: Any
) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 2 * LOOKED_AT)

    async def slow() -> AsyncIterator[bytes]:
        yield b"1" * LOOKED_AT
        await eventually(lambda: superuser.fetchval("DELETE FROM uploads RETURNING object_key"))
        yield b"2" * LOOKED_AT

    answer = await chair.put(path, slow())
    assert answer.status_code == 503
    assert (await chair.ask("GET", path)).status_code == 404


async def test_content_stays_where_the_answer_to_its_commit_was_lost(
    group: Any, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await group.chair.declare(await group.chair.add(), 4)
    finish = UnitOfWork.finish

    async def finish_unheard(uow: UnitOfWork) -> None:
        await finish(uow)
        ready = "SELECT ready_at IS NOT NULL FROM versions WHERE id::text = $1"
        if await superuser.fetchval(ready, path.split("/")[4]):
            monkeypatch.undo()
            raise ConnectionResetError

    monkeypatch.setattr(UnitOfWork, "finish", finish_unheard)
    assert (await group.chair.put(path, b"1234")).status_code == 503
    assert (await group.chair.ask("GET", path)).content == b"1234"


async def test_a_download_is_an_error_where_its_object_is_gone(
    group: Any, resources: Resources, superuser: Any
) -> None:
    path = await group.chair.upload(b"lost")
    key = await superuser.fetchval("SELECT object_key FROM versions WHERE id::text = $1", path.split("/")[4])
    await resources.store.delete(key)
    answer: httpx.Response = await group.member.ask("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.damaged")
