"""Of many who send the same version at once, whole or in parts, one wins and nothing is mixed (P22)."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from documents.bootstrap import Resources
from documents.storage.parts import PART
from documents.use_cases.clear_abandoned_uploads import clear_abandoned_uploads

from services.documents.tests.uploads import (
    TWO_PARTS_AND_MORE,
    WRONG_OFFSET,
    nothing_under_way,
    parts_are_gone,
    row_of,
    stored_objects,
    text,
    together,
)

pytestmark = pytest.mark.usefixtures("uploads_end")


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
        assert {(answer.status_code, answer.json()["code"]) for answer in lost} == {(409, WRONG_OFFSET)}
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
