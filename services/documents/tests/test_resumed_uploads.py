"""Uploads that are cut and go on: every byte kept once, no chunk number sealed twice, ready or absent (P22)."""

from typing import Any
from uuid import UUID

import pytest
from documents.bootstrap import Resources
from documents.storage.parts import PART

from services.documents.tests.uploads import (
    TWO_PARTS_AND_MORE,
    WRONG_OFFSET,
    nothing_under_way,
    parts_are_gone,
    row_of,
    text,
)

pytestmark = pytest.mark.usefixtures("uploads_end")


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
    assert (answer.status_code, answer.json()["code"], answer.headers["upload-offset"]) == (
        409,
        WRONG_OFFSET,
        str(PART),
    )
    assert await chair.kept(path) == PART


async def test_a_ready_version_takes_no_more(group: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"whole")
    answer = await chair.patch(path, 5, b"")
    assert (answer.status_code, answer.json()["code"]) == (409, WRONG_OFFSET)
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
