"""Uploads that were left, lost or killed: what is kept is gone on with, and what is gone begins anew (P22)."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from documents.bootstrap import Resources
from documents.storage.parts import PART
from documents.use_cases.clear_abandoned_uploads import clear_abandoned_uploads
from shared.testing.client import AsGateway
from shared.testing.eventually import eventually

from services.documents.tests.uploads import (
    TWO_PARTS_AND_MORE,
    nothing_under_way,
    parts_are_gone,
    row_of,
    text,
)

pytestmark = pytest.mark.usefixtures("uploads_end")


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
