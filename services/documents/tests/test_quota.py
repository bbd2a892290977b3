"""What a group may keep: counted before the first byte, given back once, and never over the quota."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from documents.bootstrap import Resources
from documents.domain.kinds import LOOKED_AT
from documents.storage.group_scope import enter_group
from documents.storage.parts import PART
from documents.storage.space import give_back
from documents.use_cases.clear_declared_versions import clear_declared_versions
from shared.auth.passes import Right
from shared.clock import now
from shared.testing.eventually import eventually

DAY = timedelta(hours=24)


async def used(group: Any) -> int:
    answer = await group.chair.ask("GET", "/vault")
    assert answer.status_code == 200
    return int(answer.json()["used_bytes"])


async def set_quota(superuser: Any, group: Any, quota: int) -> None:
    await superuser.execute("UPDATE vaults SET quota_bytes = $1 WHERE group_id = $2", quota, group.id)


async def declared_ago(superuser: Any, path: str, age: timedelta) -> None:
    version = UUID(path.split("/")[4])
    await superuser.execute("UPDATE versions SET created_at = $1 WHERE id = $2", now() - age, version)


async def clear(resources: Resources, group: Any) -> int:
    return await clear_declared_versions(resources.unit_of_work(), group.id, now(), DAY)


async def test_a_group_without_documents_uses_nothing_of_the_usual_quota(group: Any) -> None:
    answer = await group.chair.ask("GET", "/vault")
    assert answer.json() == {"used_bytes": 0, "quota_bytes": 20 << 30}


async def test_bytes_count_from_the_declaration_on(group: Any, new_group: Any) -> None:
    chair = group.chair
    document = await chair.add()
    path = await chair.declare(document, 4)
    assert await used(group) == 4
    assert (await chair.put(path, b"1234")).status_code == 200
    await chair.declare(document, 1000)
    assert await used(group) == 1004
    await chair.ask("DELETE", f"/documents/{document}")
    assert await used(group) == 1004
    assert await used(new_group()) == 0


async def test_what_does_not_fit_is_refused_and_said_why(group: Any, superuser: Any) -> None:
    chair = group.chair
    document = await chair.add()
    await set_quota(superuser, group, 3 << 20)
    await chair.declare(document, 2 << 20)
    answer = await chair.ask("POST", f"/documents/{document}/versions", json={"length": (1 << 20) + 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.vault_full")
    assert "2.0 MiB of 3.0 MiB are used" in answer.json()["detail"]
    assert "Remove documents" in answer.json()["detail"]
    assert await used(group) == 2 << 20
    assert await superuser.fetchval("SELECT count(*) FROM versions WHERE group_id = $1", group.id) == 1
    await chair.declare(document, 1 << 20)
    assert (await group.chair.ask("GET", "/vault")).json() == {"used_bytes": 3 << 20, "quota_bytes": 3 << 20}


async def test_of_fifty_declarations_at_once_no_more_go_through_than_fit(group: Any, superuser: Any) -> None:
    chair = group.chair
    document = await chair.add()
    await set_quota(superuser, group, 1000)
    answers = await asyncio.gather(
        *(chair.ask("POST", f"/documents/{document}/versions", json={"length": 100}) for _ in range(50))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 10 + [409] * 40
    assert await used(group) == 1000
    assert await superuser.fetchval("SELECT sum(length) FROM versions WHERE group_id = $1", group.id) == 1000


async def test_one_group_fills_its_own_vault_alone(group: Any, new_group: Any, superuser: Any) -> None:
    other = new_group()
    for each in (group, other):
        document = await each.chair.add()
        await set_quota(superuser, each, 10)
        await each.chair.declare(document, 10)


async def test_a_version_without_content_goes_after_a_day_and_its_bytes_come_back(
    group: Any, resources: Resources, superuser: Any
) -> None:
    chair = group.chair
    document = await chair.add()
    ready = await chair.upload(b"1234")
    stale, young = await chair.declare(document, 100), await chair.declare(document, 10)
    for path, age in ((ready, 2 * DAY), (stale, DAY + timedelta(minutes=1)), (young, DAY - timedelta(minutes=1))):
        await declared_ago(superuser, path, age)
    assert await clear(resources, group) == 1
    assert await used(group) == 14
    assert (await chair.put(stale, b"x" * 100)).status_code == 404
    assert (await chair.put(young, b"x" * 10)).status_code == 200
    assert (await chair.ask("GET", ready)).content == b"1234"
    assert await clear(resources, group) == 0
    assert await used(group) == 14


async def test_a_version_that_still_comes_in_parts_stays(group: Any, resources: Resources, superuser: Any) -> None:
    path = await group.chair.declare(await group.chair.add(), PART + 1)
    assert (await group.chair.patch(path, 0, b"h" * PART)).status_code == 204
    await declared_ago(superuser, path, 2 * DAY)
    assert await clear(resources, group) == 0
    await superuser.execute("DELETE FROM uploads")
    assert await clear(resources, group) == 1


@pytest.mark.parametrize("in_parts", [False, True])
async def test_a_version_that_is_being_sent_stays(
    group: Any, resources: Resources, superuser: Any, in_parts: bool
) -> None:
    content, begun, goes_on = b"h" * (1 << 20), asyncio.Event(), asyncio.Event()
    path = await group.chair.declare(await group.chair.add(), len(content))

    async def slowly() -> AsyncIterator[bytes]:
        yield content[:-1]
        begun.set()
        await goes_on.wait()
        yield content[-1:]

    sender = group.chair
    sending = asyncio.create_task(sender.patch(path, 0, slowly()) if in_parts else sender.put(path, slowly()))
    await begun.wait()
    await declared_ago(superuser, path, 2 * DAY)
    assert await clear(resources, group) == 0
    goes_on.set()
    assert (await sending).status_code == 200
    assert (await sender.ask("GET", path)).content == content


async def test_whoever_begins_to_send_a_version_that_goes_is_told_before_it_is_sent(group: Any, superuser: Any) -> None:
    path, asked_for = await group.chair.declare(await group.chair.add(), 2 * LOOKED_AT), []

    async def content() -> AsyncIterator[bytes]:
        for half in range(2):
            asked_for.append(half)
            yield b"h" * LOOKED_AT

    removing = superuser.transaction()
    await removing.start()
    await superuser.execute("SELECT 1 FROM versions WHERE id = $1 FOR UPDATE", UUID(path.split("/")[4]))
    sending = asyncio.create_task(group.chair.put(path, content()))

    async def waits() -> bool:
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(await superuser.fetchval(waiting))

    await eventually(waits)
    await superuser.execute("DELETE FROM versions WHERE id = $1", UUID(path.split("/")[4]))
    await removing.commit()
    assert (await sending).status_code == 404
    assert asked_for == [0]
    assert await superuser.fetchval("SELECT count(*) FROM uploads WHERE version_id = $1", UUID(path.split("/")[4])) == 0


async def test_twenty_workers_give_back_once(group: Any, resources: Resources, superuser: Any) -> None:
    document = await group.chair.add()
    for _ in range(5):
        await declared_ago(superuser, await group.chair.declare(document, 7), 2 * DAY)
    kept = await group.chair.declare(document, 50)
    removed = await asyncio.gather(*(clear(resources, group) for _ in range(20)))
    assert sum(removed) == 5
    assert await used(group) == 50
    assert (await group.chair.put(kept, b"x" * 50)).status_code == 200


async def test_an_upload_that_ends_while_the_worker_clears_wins_or_loses_whole(
    group: Any, resources: Resources, superuser: Any
) -> None:
    chair = group.chair
    document = await chair.add()
    expected = 0
    for number in range(12):
        path = await chair.declare(document, 100)
        await declared_ago(superuser, path, 2 * DAY)

        async def clearing(after_seconds: float = number * 0.006) -> int:
            await asyncio.sleep(after_seconds)
            return await clear(resources, group)

        answer, removed = await asyncio.gather(chair.put(path, b"x" * 100), clearing())
        assert (answer.status_code, removed) in {(200, 0), (404, 1)}
        assert (await chair.ask("GET", path)).status_code == answer.status_code
        expected += 100 - 100 * removed
        assert await used(group) == expected
    left = "SELECT count(*) FROM versions WHERE group_id = $1 AND ready_at IS NULL"
    assert await superuser.fetchval(left, group.id) == 0


async def test_a_version_made_ready_under_the_workers_hands_stays(
    group: Any, resources: Resources, superuser: Any
) -> None:
    """The worker waits for no row that is being made ready, and does not take one that has become so."""
    path = await group.chair.declare(await group.chair.add(), 4)
    await declared_ago(superuser, path, 2 * DAY)
    making = superuser.transaction()
    await making.start()
    await superuser.execute("UPDATE versions SET ready_at = now(), object_key = 'x' WHERE id = $1", path.split("/")[4])
    assert await asyncio.wait_for(clear(resources, group), 10) == 0
    await making.commit()
    assert await clear(resources, group) == 0
    assert await used(group) == 4


async def test_more_than_was_used_is_never_given_back(group: Any, resources: Resources) -> None:
    await group.chair.declare(await group.chair.add(), 4)
    async with resources.unit_of_work() as uow:
        await enter_group(uow.session, group.id)
        await give_back(uow.session, group.id, 1000)
    assert await used(group) == 0


@pytest.mark.parametrize("rights", [frozenset(), frozenset({Right.FORWARD})])
async def test_a_member_declares_nothing(group: Any, rights: frozenset[Right]) -> None:
    document = await group.chair.add()
    answer = await group.person(rights=rights).ask("POST", f"/documents/{document}/versions", json={"length": 4})
    assert answer.status_code == 403
    assert await used(group) == 0
