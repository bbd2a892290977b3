"""The bin, and the days on which documents go there and leave it for ever (P22)."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from documents.app import create_app
from documents.bootstrap import Resources
from documents.domain.document import BIN_LIFE
from documents.settings import DocumentsSettings
from documents.use_cases.expire_documents import expire_documents
from documents.worker import sweep
from shared.clock import now
from shared.ids import new_id
from shared.testing.client import service_client
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer

from services.documents.tests.conftest import Actor


def in_days(days: int) -> str:
    return str((now() + timedelta(days=days)).date())


def at_midnight(days: int) -> datetime:
    return datetime.combine(date.fromisoformat(in_days(days)), datetime.min.time(), now().tzinfo)


async def in_bin_since(superuser: Any, document: str, age: timedelta) -> None:
    await superuser.execute("UPDATE documents SET deleted_at = $1 WHERE id = $2", now() - age, document)


async def binned(group: Any, name: str = "Minutes", **more: Any) -> str:
    document: str = await group.chair.add(name, **more)
    assert (await group.chair.ask("DELETE", f"/documents/{document}")).status_code == 204
    return document


async def restore(actor: Any, document: str) -> Any:
    return await actor.ask("POST", f"/bin/{document}/restore")


async def test_what_was_put_into_the_bin_is_listed_and_comes_back(group: Any) -> None:
    chair = group.chair
    folder = await chair.folder()
    path = await chair.upload(b"1234", "Minutes")
    document = path.split("/")[2]
    before = await chair.change(document, folder_id=folder, tags=["x"], is_pinned=True, expires_on=in_days(40))
    assert (await chair.ask("DELETE", f"/documents/{document}")).status_code == 204
    (lying,) = (await chair.ask("GET", "/bin")).json()["documents"]
    assert (lying["id"], lying["name"]) == (document, "Minutes")
    assert lying["destroyed_on"] == str((datetime.fromisoformat(lying["deleted_at"]) + BIN_LIFE).date())
    answer = await restore(chair, document)
    assert (answer.status_code, answer.json()) == (200, before)
    assert (await group.member.ask("GET", path)).content == b"1234"
    assert (await chair.ask("GET", "/bin")).json()["documents"] == []


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "brought back, once or not at all"}])
async def test_a_document_that_cannot_be_shown_stays_in_the_bin_until_it_is_asked_for_again(
    group: Any, settings: DocumentsSettings, issuer: Issuer, headers: dict[str, str]
) -> None:
    document, chair = await binned(group), group.chair
    away = settings.model_copy(update={"keys_url": "http://127.0.0.1:9"})
    async with service_client(create_app(away), issuer, "documents") as client:
        without_keys = Actor(issuer, client, chair.principal, chair.proof)
        answer = await without_keys.ask("POST", f"/bin/{document}/restore", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "documents.keys_unavailable")
    assert (await chair.ask("POST", f"/bin/{document}/restore", headers=headers)).status_code == 200


async def test_members_see_no_bin(group: Any) -> None:
    document = await binned(group)
    for method, path in (("GET", "/bin"), ("GET", "/documents/due"), ("POST", f"/bin/{document}/restore")):
        answer = await group.member.ask(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "documents.only_officers")


async def test_the_bin_of_another_group_is_not_found(group: Any, new_group: Any) -> None:
    document, other = await binned(group), new_group().chair
    assert (await restore(other, document)).status_code == 404
    assert (await other.ask("GET", "/bin")).json()["documents"] == []
    assert (await other.ask("GET", "/documents/due")).json() == {"leaving": [], "in_bin": []}


async def test_the_bin_is_read_in_pages(group: Any) -> None:
    documents = [await binned(group, f"number {number}") for number in range(3)]
    first = (await group.chair.ask("GET", "/bin?limit=2")).json()
    second = (await group.chair.ask("GET", f"/bin?limit=2&after={first['next']}")).json()
    assert [each["id"] for each in first["documents"] + second["documents"]] == documents[::-1]
    assert second["next"] is None


async def test_what_is_not_in_the_bin_is_not_restored(group: Any) -> None:
    for document in (await group.chair.add(), str(new_id())):
        assert (await restore(group.chair, document)).status_code == 404


async def test_a_folder_that_is_gone_means_the_top(group: Any) -> None:
    chair = group.chair
    folder = await chair.folder()
    document = await binned(group, folder_id=folder)
    assert (await chair.ask("DELETE", f"/folders/{folder}")).status_code == 204
    assert (await restore(chair, document)).json()["folder_id"] is None


async def test_a_document_that_comes_back_while_its_folder_is_removed_is_somewhere(group: Any) -> None:
    chair = group.chair
    for _ in range(5):
        folder = await chair.folder()
        document = await binned(group, folder_id=folder)
        restored, removed = await asyncio.gather(restore(chair, document), chair.ask("DELETE", f"/folders/{folder}"))
        assert restored.status_code == 200
        assert removed.status_code in {204, 409}
        found = (await chair.ask("GET", f"/documents/{document}")).json()
        assert found["folder_id"] == (None if removed.status_code == 204 else folder)


async def test_nothing_comes_back_after_thirty_days(group: Any, superuser: Any) -> None:
    late, just = await binned(group, "late"), await binned(group, "just")
    await in_bin_since(superuser, late, BIN_LIFE)
    await in_bin_since(superuser, just, BIN_LIFE - timedelta(minutes=1))
    answer = await restore(group.chair, late)
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.no_longer_in_bin")
    assert [each["id"] for each in (await group.chair.ask("GET", "/bin")).json()["documents"]] == [just]
    assert (await restore(group.chair, just)).status_code == 200


async def test_of_twenty_restores_at_once_one_has_the_effect(group: Any, superuser: Any) -> None:
    chair, document = group.chair, await binned(group)
    answers = await asyncio.gather(*(restore(chair, document) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 19
    count = "SELECT count(*) FROM document_ledger WHERE document_id = $1 AND act = 'restored'"
    assert await superuser.fetchval(count, document) == 1


async def test_a_document_goes_into_the_bin_on_its_day_and_its_releases_end(
    group: Any, forward: Any, resources: Resources, superuser: Any
) -> None:
    chair = group.chair
    path = await chair.upload(b"1234")
    document = path.split("/")[2]
    await chair.change(document, expires_on=in_days(2))
    other = await chair.add("other")
    (link,) = await forward(chair, path)
    await expire_documents(resources.unit_of_work(), group.id, at_midnight(2) - timedelta(seconds=1))
    assert (await group.member.ask("GET", path)).status_code == 200
    assert await expire_documents(resources.unit_of_work(), group.id, at_midnight(2)) == 1
    assert (await group.member.ask("GET", path)).status_code == 404
    assert (await chair.client.post(f"/releases/{link.release_id}/download", data=link.form)).status_code == 404
    (lying,) = (await chair.ask("GET", "/bin")).json()["documents"]
    assert (lying["id"], lying["deleted_by"]) == (document, None)
    assert (await chair.ask("GET", f"/documents/{other}")).status_code == 200
    told = "SELECT count(*) FROM outbox WHERE routing_key = 'documents.release_revoked.v1' AND envelope->'payload'->>'release_id' = $1"  # noqa: E501
    assert await superuser.fetchval(told, link.release_id) == 1


async def test_twenty_workers_expire_a_document_once(group: Any, resources: Resources) -> None:
    document = await group.chair.add()
    await group.chair.change(document, expires_on=in_days(1))
    times = [expire_documents(resources.unit_of_work(), group.id, at_midnight(1)) for _ in range(20)]
    assert sorted(await asyncio.gather(*times)) == [0] * 19 + [1]


async def test_one_group_expires_alone(group: Any, new_group: Any, resources: Resources) -> None:
    other = new_group()
    documents = []
    for each in (group, other):
        documents.append(await each.chair.add())
        await each.chair.change(documents[-1], expires_on=in_days(1))
    await expire_documents(resources.unit_of_work(), group.id, at_midnight(1))
    assert (await group.chair.ask("GET", f"/documents/{documents[0]}")).status_code == 404
    assert (await other.chair.ask("GET", f"/documents/{documents[1]}")).status_code == 200


async def test_a_day_that_came_in_the_bin_does_not_take_it_there_again(
    group: Any, resources: Resources, superuser: Any
) -> None:
    document = await group.chair.add()
    await group.chair.change(document, expires_on=in_days(1))
    await group.chair.ask("DELETE", f"/documents/{document}")
    await superuser.execute("UPDATE documents SET expires_on = $1 WHERE id = $2", now().date(), document)
    assert (await restore(group.chair, document)).json()["expires_on"] is None
    assert await expire_documents(resources.unit_of_work(), group.id, now()) == 0


async def test_what_is_to_be_kept_goes_neither_by_hand_nor_by_its_day(group: Any, resources: Resources) -> None:
    chair = group.chair
    document = await chair.add()
    changed = await chair.change(document, expires_on=in_days(2), keep_until=in_days(5))
    assert changed["leaves_on"] == in_days(5)
    answer = await chair.ask("DELETE", f"/documents/{document}")
    assert (answer.status_code, answer.json()["code"]) == (409, "documents.kept_until")
    assert f"{date.fromisoformat(in_days(5)):%d %B %Y}" in answer.json()["detail"]
    assert await expire_documents(resources.unit_of_work(), group.id, at_midnight(4)) == 0
    assert (await chair.ask("GET", f"/documents/{document}")).status_code == 200
    assert await expire_documents(resources.unit_of_work(), group.id, at_midnight(5)) == 1


async def test_what_was_to_be_kept_goes_from_its_day_on(group: Any, superuser: Any) -> None:
    document = await group.chair.add()
    await superuser.execute("UPDATE documents SET keep_until = $1 WHERE id = $2", now().date(), document)
    assert (await group.chair.ask("DELETE", f"/documents/{document}")).status_code == 204


async def test_notice_is_given_of_what_goes_and_of_what_is_destroyed(group: Any, superuser: Any) -> None:
    chair = group.chair
    days = {"later": 31, "soon": 3, "last": 30, "never": None, "kept": 1, "kept long": 1}
    ids = {name: await chair.add(name, "officers") for name in days}
    for name, day in days.items():
        await chair.change(ids[name], expires_on=day and in_days(day))
    await chair.change(ids["kept"], keep_until=in_days(10))
    await chair.change(ids["kept long"], keep_until=in_days(31))
    long, short = await binned(group, "long"), await binned(group, "short")
    await in_bin_since(superuser, long, timedelta(days=20))
    await in_bin_since(superuser, await binned(group, "gone"), BIN_LIFE)
    due = (await chair.ask("GET", "/documents/due")).json()
    assert due["leaving"] == [
        {"id": ids["soon"], "name": "soon", "is_damaged": False, "on": in_days(3)},
        {"id": ids["kept"], "name": "kept", "is_damaged": False, "on": in_days(10)},
        {"id": ids["last"], "name": "last", "is_damaged": False, "on": in_days(30)},
    ]
    assert due["in_bin"] == [
        {"id": long, "name": "long", "is_damaged": False, "on": in_days(10)},
        {"id": short, "name": "short", "is_damaged": False, "on": in_days(30)},
    ]


async def test_one_sweep_goes_through_all_groups(
    group: Any, new_group: Any, resources: Resources, superuser: Any
) -> None:
    groups, documents = [group, new_group()], []
    for each in groups:
        documents.append(await each.chair.add())
        await superuser.execute("UPDATE documents SET expires_on = $1 WHERE id = $2", now().date(), documents[-1])
    await sweep(resources, timedelta(hours=24))
    for each, document in zip(groups, documents, strict=True):
        assert (await each.chair.ask("GET", f"/documents/{document}")).status_code == 404


@pytest.fixture
async def expiring(group: Any, superuser: Any) -> str:
    """A document whose last day has come."""
    document: str = await group.chair.add()
    await superuser.execute("UPDATE documents SET expires_on = $1 WHERE id = $2", now().date(), document)
    return document


async def test_the_running_worker_puts_it_there(group: Any, expiring: str, working: Any) -> None:
    async def gone() -> bool:
        return bool((await group.chair.ask("GET", f"/documents/{expiring}")).status_code == 404)

    await eventually(gone)
    assert b"step_failed" not in working.log.read_bytes()
