"""Uploads that are cut and go on: every byte kept once, no chunk number sealed twice, ready or absent (P22)."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from documents.bootstrap import Resources
from documents.storage.parts import PART
from documents.use_cases.clear_abandoned_uploads import clear_abandoned_uploads
from shared.blobs.errors import BlobMissing
from shared.testing.client import AsGateway
from shared.testing.eventually import eventually

CODE = "documents.wrong_offset"


@pytest.fixture(autouse=True)
async def _nothing_left(superuser: Any) -> AsyncIterator[None]:
    yield
    await superuser.execute("DELETE FROM uploads")


def text(length: int) -> bytes:
    return os.urandom(length // 2 + 1).hex().encode()[:length]


TWO_PARTS_AND_MORE = text(2 * PART + 12_345)


async def together(count: int, make: Callable[[int], Awaitable[httpx.Response]]) -> list[httpx.Response]:
    return list(await asyncio.gather(*(make(number) for number in range(count))))


async def stored_objects(resources: Resources) -> set[str]:
    return {blob.key async for blob in resources.store.list()}


async def row_of(superuser: Any, path: str) -> Any:
    return await superuser.fetchrow("SELECT * FROM resumed_uploads WHERE version_id = $1", UUID(path.split("/")[4]))


async def nothing_under_way(superuser: Any, path: str, *object_keys: str) -> None:
    assert await row_of(superuser, path) is None
    version_id = UUID(path.split("/")[4])
    assert await superuser.fetchval("SELECT count(*) FROM upload_parts WHERE version_id = $1", version_id) == 0
    for key in object_keys:
        assert await superuser.fetchval("SELECT count(*) FROM uploads WHERE object_key = $1", key) == 0


async def parts_are_gone(resources: Resources, row: Any) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b"x"

    with pytest.raises(BlobMissing):
        await resources.store.parted.put(row["object_key"], row["store_upload_id"], 1, 1, nothing())
    with pytest.raises(BlobMissing):
        await resources.store.length(row["object_key"])


async def test_an_upload_goes_on_where_it_was_cut(group: Any, superuser: Any) -> None:
    chair, content = group.chair, TWO_PARTS_AND_MORE
    path = await chair.declare(await chair.add(), len(content))
    before = await chair.ask("HEAD", path)
    assert (before.headers["upload-offset"], before.headers["upload-complete"]) == ("0", "?0")
    assert before.headers["upload-length"] == str(len(content))
    # What is no whole part is not kept, and the answer says so.
    answer = await chair.patch(path, 0, content[: PART + 7])
    assert (answer.status_code, answer.headers["upload-offset"], answer.headers["upload-complete"]) == (
        204,
        str(PART),
        "?0",
    )
    assert await chair.kept(path) == PART
    assert (await chair.ask("GET", path)).status_code == 404
    answer = await chair.patch(path, PART, content[PART:], **{"upload-complete": "?1"})
    assert (answer.status_code, answer.headers["upload-complete"]) == (200, "?1")
    assert answer.json()["ready_at"] is not None
    assert (await group.member.ask("GET", path)).content == content
    after = await chair.ask("HEAD", path)
    assert (after.headers["upload-offset"], after.headers["upload-complete"]) == (str(len(content)), "?1")
    await nothing_under_way(superuser, path)


@pytest.mark.parametrize("length", [1, 16 * 1024, PART - 1, PART, PART + 1, 2 * PART])
async def test_every_length_is_read_back(group: Any, length: int) -> None:
    chair, content = group.chair, text(length)
    path = await chair.declare(await chair.add(), length)
    answers = [await chair.patch(path, at, content[at : at + PART]) for at in range(0, length, PART)]
    assert answers[-1].status_code == 200
    assert (await chair.ask("GET", path)).content == content


@pytest.mark.parametrize("offset", [1, PART - 1, 2 * PART, len(TWO_PARTS_AND_MORE), 1 << 40])
async def test_another_offset_is_refused_with_the_right_one(group: Any, offset: int) -> None:
    chair, content = group.chair, TWO_PARTS_AND_MORE
    path = await chair.declare(await chair.add(), len(content))
    await chair.patch(path, 0, content[:PART])
    answer = await chair.patch(path, offset, content[offset:])
    assert (answer.status_code, answer.json()["code"], answer.headers["upload-offset"]) == (409, CODE, str(PART))
    assert await chair.kept(path) == PART


async def test_a_ready_version_takes_no_more(group: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"whole")
    answer = await chair.patch(path, 5, b"")
    assert (answer.status_code, answer.json()["code"]) == (409, CODE)
    assert (answer.headers["upload-offset"], answer.headers["upload-complete"]) == ("5", "?1")


async def test_more_than_was_declared_is_refused_and_what_is_kept_stays(group: Any) -> None:
    chair, content = group.chair, TWO_PARTS_AND_MORE
    path = await chair.declare(await chair.add(), len(content))
    answer = await chair.patch(path, 0, content + b"x")
    assert answer.json()["code"] == "documents.length_differs"
    assert await chair.kept(path) == 2 * PART
    assert (await chair.patch(path, 2 * PART, content[2 * PART :])).status_code == 200
    assert (await chair.ask("GET", path)).content == content


async def test_who_says_that_it_is_complete_must_be_right(group: Any) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), PART + 1)
    answer = await chair.patch(path, 0, text(PART), **{"upload-complete": "?1"})
    assert answer.json()["code"] == "documents.length_differs"


@pytest.mark.parametrize(
    "headers", [{"upload-offset": "-1"}, {"upload-offset": "all"}, {"content-type": "application/octet-stream"}]
)
async def test_a_part_says_what_and_where_it_is(group: Any, headers: dict[str, str]) -> None:
    path = await group.chair.declare(await group.chair.add(), 4)
    answer = await group.chair.patch(path, 0, b"1234", **headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.no_offset")


async def test_only_officers_see_and_go_on(group: Any, new_group: Any) -> None:
    path = await group.chair.declare(await group.chair.add(), 4)
    assert (await group.member.ask("HEAD", path)).status_code == 403
    assert (await group.member.patch(path, 0, b"1234")).status_code == 403
    assert (await new_group().chair.ask("HEAD", path)).status_code == 404
    assert (await new_group().chair.patch(path, 0, b"1234")).status_code == 404


async def cut_before_keeping(chair: Any, path: str, part: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is noted and stored, and the process dies before it is counted."""

    async def die(*_: object) -> bool:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("documents.use_cases.append_content.keep_part", die)
        assert (await chair.patch(path, 0, part)).status_code == 503


async def test_the_same_bytes_go_on_under_the_same_salt(
    group: Any, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chair, content = group.chair, text(PART + 1)
    path = await chair.declare(await chair.add(), len(content))
    await cut_before_keeping(chair, path, content[:PART], monkeypatch)
    begun = await row_of(superuser, path)
    assert begun["kept_parts"] == 0
    assert (await chair.patch(path, 0, content[:PART])).status_code == 204
    assert (await row_of(superuser, path))["salt"] == begun["salt"]
    assert (await chair.patch(path, PART, content[PART:])).status_code == 200
    assert (await chair.ask("GET", path)).content == content


async def test_other_bytes_for_a_part_that_was_begun_start_over(
    group: Any, resources: Resources, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chair, content, other = group.chair, text(PART + 1), text(PART + 1)
    path = await chair.declare(await chair.add(), len(content))
    await cut_before_keeping(chair, path, content[:PART], monkeypatch)
    begun = await row_of(superuser, path)
    answer = await chair.patch(path, 0, other[:PART])
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.upload_differs")
    assert answer.headers["upload-offset"] == "0"
    await nothing_under_way(superuser, path, begun["object_key"])
    await parts_are_gone(resources, begun)
    assert (await chair.patch(path, 0, other[:PART])).status_code == 204
    again = await row_of(superuser, path)
    assert again["salt"] != begun["salt"]
    assert again["object_key"] != begun["object_key"]
    assert (await chair.patch(path, PART, other[PART:])).status_code == 200
    assert (await chair.ask("GET", path)).content == other


async def test_the_database_learns_nothing_of_a_part_from_its_digest(group: Any, superuser: Any) -> None:
    chair, content = group.chair, text(PART + 1)
    digests = set()
    for _ in range(2):
        path = await chair.declare(await chair.add(), len(content))
        await chair.patch(path, 0, content[:PART])
        digests.add(
            await superuser.fetchval("SELECT digest FROM upload_parts WHERE version_id = $1", UUID(path.split("/")[4]))
        )
    assert len(digests) == 2


async def _send(chair: Any, path: str, offset: int, part: bytes, _: int) -> httpx.Response:
    answer: httpx.Response = await chair.patch(path, offset, part)
    return answer


async def test_of_twenty_senders_one_goes_on(group: Any, resources: Resources, superuser: Any) -> None:
    chair, content = group.chair, TWO_PARTS_AND_MORE
    path = await chair.declare(await chair.add(), len(content))
    before = await stored_objects(resources)
    for begin, end in ((0, PART), (PART, len(content))):
        answers = await together(20, partial(_send, chair, path, begin, content[begin:end]))
        won = [answer for answer in answers if answer.is_success]
        assert len(won) == 1
        lost = [answer for answer in answers if not answer.is_success]
        assert {(answer.status_code, answer.json()["code"]) for answer in lost} == {(409, CODE)}
        assert {int(answer.headers["upload-offset"]) for answer in lost} <= {*range(begin, end + 1, PART), end}
        assert await chair.kept(path) == end
    assert (await chair.ask("GET", path)).content == content
    assert len(await stored_objects(resources) - before) == 1
    await nothing_under_way(superuser, path)


async def test_twenty_whole_uploads_in_parts_at_once(group: Any, resources: Resources) -> None:
    chair, content = group.chair, text(PART + 99)
    path = await chair.declare(await chair.add(), len(content))
    before = await stored_objects(resources)
    answers = await together(20, lambda _: chair.patch(path, 0, content))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert (await chair.ask("GET", path)).content == content
    assert len(await stored_objects(resources) - before) == 1


async def test_twenty_contents_at_once_are_never_mixed(group: Any, superuser: Any) -> None:
    chair = group.chair
    contents = [text(PART + 99) for _ in range(20)]
    path = await chair.declare(await chair.add(), PART + 99)
    answers = await together(20, lambda number: chair.patch(path, 0, contents[number]))
    assert sum(answer.is_success for answer in answers) <= 1
    if not any(answer.is_success for answer in answers):
        assert (await chair.patch(path, 0, contents[0])).status_code in {200, 409}
        assert (await chair.patch(path, 0, contents[0])).status_code in {200, 409}
    assert (await chair.ask("GET", path)).content in contents
    await nothing_under_way(superuser, path)


async def test_whole_and_in_parts_at_once_one_wins(group: Any, resources: Resources, superuser: Any) -> None:
    chair = group.chair
    in_parts, whole = text(PART + 99), text(PART + 99)
    for _ in range(4):
        path = await chair.declare(await chair.add(), PART + 99)
        before = await stored_objects(resources)
        patched, put = await asyncio.gather(chair.patch(path, 0, in_parts), chair.put(path, whole))
        assert put.status_code == 200
        assert patched.status_code in {200, 409}
        content = (await chair.ask("GET", path)).content
        assert content == (in_parts if patched.status_code == 200 else whole)
        assert len(await stored_objects(resources) - before) == 1
        await nothing_under_way(superuser, path)
        assert await superuser.fetchval("SELECT count(*) FROM uploads") == 0


async def test_a_whole_content_ends_what_was_begun_in_parts(group: Any, resources: Resources, superuser: Any) -> None:
    chair, content = group.chair, text(PART + 1)
    path = await chair.declare(await chair.add(), len(content))
    await chair.patch(path, 0, content[:PART])
    begun = await row_of(superuser, path)
    assert (await chair.put(path, content)).status_code == 200
    await nothing_under_way(superuser, path, begun["object_key"])
    await parts_are_gone(resources, begun)
    assert (await chair.patch(path, PART, content[PART:])).status_code == 409


async def test_the_worker_ends_what_nobody_goes_on_with(group: Any, resources: Resources, superuser: Any) -> None:
    chair, content = group.chair, text(PART + 1)
    left, lively = [await chair.declare(await chair.add(), len(content)) for _ in range(2)]
    for path in (left, lively):
        await chair.patch(path, 0, content[:PART])
    begun = await row_of(superuser, left)
    await superuser.execute(
        "UPDATE uploads SET begun_at = now() - interval '25 hours' WHERE object_key = $1", begun["object_key"]
    )
    await clear_abandoned_uploads(resources.unit_of_work(), resources.store, timedelta(hours=24))
    await nothing_under_way(superuser, left, begun["object_key"])
    await parts_are_gone(resources, begun)
    assert await chair.kept(left) == 0
    assert (await chair.patch(left, PART, content[PART:])).status_code == 409
    assert (await chair.patch(lively, PART, content[PART:])).status_code == 200


async def test_a_kept_part_is_a_sign_of_life(group: Any, resources: Resources, superuser: Any) -> None:
    chair, content = group.chair, TWO_PARTS_AND_MORE
    path = await chair.declare(await chair.add(), len(content))
    await chair.patch(path, 0, content[:PART])
    await superuser.execute("UPDATE uploads SET begun_at = now() - interval '25 hours'")
    await chair.patch(path, PART, content[PART : 2 * PART])
    assert not await clear_abandoned_uploads(resources.unit_of_work(), resources.store, timedelta(hours=24))
    assert await chair.kept(path) == 2 * PART


async def test_a_sender_and_the_worker_at_once_one_wins(group: Any, resources: Resources, superuser: Any) -> None:
    chair, content = group.chair, text(PART + 1)
    outcomes = set()
    for _ in range(8):
        path = await chair.declare(await chair.add(), len(content))
        await chair.patch(path, 0, content[:PART])
        await superuser.execute("UPDATE uploads SET begun_at = now() - interval '25 hours'")
        answer, _ = await asyncio.gather(
            chair.patch(path, PART, content[PART:]),
            clear_abandoned_uploads(resources.unit_of_work(), resources.store, timedelta(hours=24)),
        )
        outcomes.add(answer.status_code)
        if answer.status_code == 200:
            assert (await chair.ask("GET", path)).content == content
        else:
            assert answer.status_code in {409, 503}
            assert await chair.kept(path) == 0
        await nothing_under_way(superuser, path)
    assert outcomes


async def test_what_was_joined_and_not_made_ready_is_finished_by_asking_again(
    group: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chair, content = group.chair, text(PART + 1)
    path = await chair.declare(await chair.add(), len(content))

    async def die(*_: object) -> bool:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("documents.use_cases.append_content.make_version_ready", die)
        assert (await chair.patch(path, 0, content)).status_code == 503
    assert (await chair.ask("GET", path)).status_code == 404
    assert await chair.kept(path) == len(content)
    assert (await chair.patch(path, len(content), b"")).status_code == 200
    assert (await chair.ask("GET", path)).content == content


@pytest.mark.parametrize("kept", [PART, PART + 1])
async def test_an_upload_whose_parts_are_gone_begins_anew(
    group: Any, resources: Resources, superuser: Any, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    chair, content = group.chair, text(PART + 1)
    path = await chair.declare(await chair.add(), len(content))
    assert (await chair.patch(path, 0, content[:PART])).status_code == 204
    if kept > PART:
        await all_is_kept_and_not_joined(chair, path, content, monkeypatch)
    begun = await row_of(superuser, path)
    await resources.store.parted.give_up_all(begun["object_key"])
    answer = await chair.patch(path, kept, content[kept:])
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.upload_gone")
    assert (answer.headers["upload-offset"], answer.headers["upload-complete"]) == ("0", "?0")
    assert await chair.kept(path) == 0
    await nothing_under_way(superuser, path, begun["object_key"])
    assert (await chair.patch(path, 0, content)).status_code == 200
    assert (await chair.ask("GET", path)).content == content


async def test_an_upload_of_which_the_store_has_lost_one_part_begins_anew(
    group: Any, resources: Resources, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    chair, content = group.chair, text(PART + 1)
    path = await chair.declare(await chair.add(), len(content))
    await chair.patch(path, 0, content[:PART])
    await all_is_kept_and_not_joined(chair, path, content, monkeypatch)
    changed = "UPDATE upload_parts SET tag = $1 WHERE version_id = $2 AND number = 2"
    await superuser.execute(changed, '"' + "0" * 32 + '"', UUID(path.split("/")[4]))
    assert (await chair.patch(path, len(content), b"")).json()["code"] == "documents.upload_gone"
    assert (await chair.patch(path, 0, content)).status_code == 200
    assert (await chair.ask("GET", path)).content == content


async def all_is_kept_and_not_joined(chair: Any, path: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies after the last part was counted."""

    async def die(*_: object) -> list[str]:
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr("documents.use_cases.append_content.tags_of", die)
        assert (await chair.patch(path, PART, content[PART:])).status_code == 503
    assert await chair.kept(path) == len(content)


async def test_an_api_that_is_killed_goes_on_from_what_is_kept(group: Any, start_api: Any) -> None:
    chair, content = group.chair, TWO_PARTS_AND_MORE
    path = await chair.declare(await chair.add(), len(content))
    killed = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield content[: PART + 1000]
        await killed.wait()
        for at in range(PART + 1000, len(content), 1000):
            yield content[at : at + 1000]

    async def is_kept() -> bool:
        return bool(await chair.kept(path) == PART)

    async with start_api() as first, at(group, first) as sender:
        sending = asyncio.create_task(sender.patch(path, 0, slowly(), **{"content-length": str(len(content))}))
        await eventually(is_kept)
        os.kill(first.pid, signal.SIGKILL)
        killed.set()
        with pytest.raises(httpx.HTTPError):
            await sending
    async with start_api() as second, at(group, second) as sender:
        assert await sender.kept(path) == PART
        assert (await sender.patch(path, PART, content[PART:])).status_code == 200
        assert (await sender.ask("GET", path)).content == content


@asynccontextmanager
async def at(group: Any, process: Any) -> AsyncIterator[Any]:
    """The chair, at an api of the test's own."""
    async with httpx.AsyncClient(base_url=process.url, auth=AsGateway(group.issuer, "documents"), timeout=60) as client:
        chair = group.chair
        chair.client = client
        yield chair
