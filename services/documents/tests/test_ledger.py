"""The ledger of a document: every act has its line, nobody but officers reads it, and nobody changes it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from documents.bootstrap import Resources
from documents.use_cases.expire_documents import expire_documents
from shared.auth.passes import Right
from shared.clock import now
from shared.ids import new_id


async def lines_of(group: Any, document: str) -> list[dict[str, Any]]:
    """The oldest first."""
    answer = await group.chair.ask("GET", f"/documents/{document}/ledger?limit=100")
    assert answer.status_code == 200, answer.text
    lines: list[dict[str, Any]] = answer.json()["lines"]
    return lines[::-1]


async def acts_of(group: Any, document: str) -> list[str]:
    return [line["act"] for line in await lines_of(group, document)]


async def test_every_act_has_its_line(group: Any, forward: Any) -> None:
    chair, member = group.chair, group.member
    path = await chair.upload(b"1234")
    _, _, document, _, version, _ = path.split("/")
    folder = await chair.folder()
    await member.ask("GET", path)
    await chair.change(document, name="New", description="d", tags=["x"], readers="officers", folder_id=folder)
    day = str((now() + timedelta(days=2)).date())
    await chair.change(document, is_pinned=True, expires_on=day, keep_until=day)
    await chair.change(document, is_pinned=False, keep_until=None, expires_on=None)
    (link,) = await forward(chair, path)
    await chair.client.post(f"/releases/{link.release_id}/download", data=link.form)
    await chair.ask("POST", f"/releases/{link.release_id}/revoke", json={})
    await chair.ask("DELETE", f"/documents/{document}")
    await chair.ask("POST", f"/bin/{document}/restore")
    lines = await lines_of(group, document)
    acts = [line["act"] for line in lines]
    assert acts[:3] == ["added", "version_added", "read"]
    assert set(acts[3:8]) == {"renamed", "described", "tagged", "readers_changed", "moved"}
    assert set(acts[8:11]) == {"pinned", "expiry_changed", "retention_changed"}
    assert set(acts[11:14]) == {"unpinned", "expiry_changed", "retention_changed"}
    assert acts[14:] == ["released", "downloaded", "revoked", "put_into_bin", "restored"]
    by_act = {line["act"]: line for line in lines}
    assert by_act["read"]["person_id"] == str(member.principal.id)
    assert by_act["read"]["version_id"] == by_act["downloaded"]["version_id"] == version
    assert by_act["downloaded"]["person_id"] is None
    assert by_act["downloaded"]["recipient_ref"] == str(link.ref)
    assert {by_act[act]["release_id"] for act in ("released", "downloaded", "revoked")} == {link.release_id}


async def test_a_line_names_who_did_it(group: Any) -> None:
    reader, chair = group.member, group.chair
    path = await chair.upload(b"1234")
    assert (await reader.ask("GET", path, headers={"range": "bytes=1-2"})).content == b"23"
    lines = await lines_of(group, path.split("/")[2])
    assert [line["person_id"] for line in lines] == [str(chair.principal.id)] * 2 + [str(reader.principal.id)]


async def test_of_many_uploads_at_once_the_one_that_won_has_a_line(group: Any) -> None:
    chair = group.chair
    path = await chair.declare(await chair.add(), 4)
    answers = await asyncio.gather(*(chair.put(path, b"1234") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert await acts_of(group, path.split("/")[2]) == ["added", "version_added"]


async def test_what_had_no_effect_has_no_line(group: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"1234", "Minutes", "officers")
    document = path.split("/")[2]
    before = await acts_of(group, document)
    await chair.change(document, name="Minutes", readers="officers", tags=[], is_pinned=False, folder_id=None)
    await chair.put(path, b"1234")
    await group.member.ask("GET", path)
    await group.member.ask("PATCH", f"/documents/{document}", json={"name": "x"})
    await chair.ask("GET", f"/documents/{document}/versions/{new_id()}/content")
    await chair.ask("PATCH", f"/documents/{document}", json={"folder_id": str(new_id())})
    assert await acts_of(group, document) == before


async def test_releases_that_end_with_their_document_have_their_lines(group: Any, forward: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"1234")
    document = path.split("/")[2]
    links = [(await forward(chair, path))[0] for _ in range(2)]
    await chair.ask("DELETE", f"/documents/{document}")
    lines = await lines_of(group, document)
    revoked = {line["release_id"] for line in lines if line["act"] == "revoked"}
    assert revoked == {link.release_id for link in links}


async def test_a_day_that_came_has_no_person(group: Any, forward: Any, resources: Resources) -> None:
    chair = group.chair
    path = await chair.upload(b"1234")
    document = path.split("/")[2]
    await forward(chair, path)
    await chair.change(document, expires_on=str((now() + timedelta(days=1)).date()))
    await expire_documents(resources.unit_of_work(), group.id, now() + timedelta(days=1))
    lines = await lines_of(group, document)
    assert [(line["act"], line["person_id"]) for line in lines[-2:]] == [("put_into_bin", None), ("revoked", None)]


async def test_a_read_is_in_the_ledger_also_where_the_store_then_fails(group: Any, superuser: Any) -> None:
    path = await group.chair.upload(b"1234")
    _, _, document, _, version, _ = path.split("/")
    await superuser.execute("UPDATE versions SET object_key = 'missing' WHERE id = $1", version)
    assert (await group.member.ask("GET", path)).status_code == 409
    assert (await acts_of(group, document))[-1] == "read"


async def test_the_ledger_is_read_in_pages_from_the_newest(group: Any) -> None:
    document = await group.chair.add()
    for name in ("one", "two", "three"):
        await group.chair.change(document, name=name, is_pinned=name == "three")
    first = (await group.chair.ask("GET", f"/documents/{document}/ledger?limit=3")).json()
    second = (await group.chair.ask("GET", f"/documents/{document}/ledger?limit=3&after={first['next']}")).json()
    assert {line["act"] for line in first["lines"][:2]} == {"renamed", "pinned"}
    assert [line["act"] for line in second["lines"]] == ["renamed", "added"]
    assert second["next"] is None
    last = second["lines"][-1]["id"]
    assert (await group.chair.ask("GET", f"/documents/{document}/ledger?after={last}")).json()["lines"] == []


async def test_only_officers_read_a_ledger(group: Any) -> None:
    """P20: also of a document that members may read; and a forwarder is a member."""
    for readers in ("members", "officers"):
        document = await group.chair.add(readers=readers)
        for actor in (group.member, group.person(rights=frozenset({Right.FORWARD}))):
            answer = await actor.ask("GET", f"/documents/{document}/ledger")
            nothing = await actor.ask("GET", f"/documents/{new_id()}/ledger")
            assert (answer.status_code, answer.json()["code"]) == (403, "documents.only_officers")
            assert {**answer.json(), "correlation_id": ""} == {**nothing.json(), "correlation_id": ""}


async def test_the_ledger_of_another_group_is_not_found(group: Any, new_group: Callable[[], Any]) -> None:
    document = await group.chair.add()
    for asked in (document, new_id()):
        assert (await new_group().chair.ask("GET", f"/documents/{asked}/ledger")).status_code == 404


async def test_the_ledger_of_what_lies_in_the_bin_can_be_read(group: Any) -> None:
    document = await group.chair.add()
    await group.chair.ask("DELETE", f"/documents/{document}")
    assert await acts_of(group, document) == ["added", "put_into_bin"]


async def test_the_service_can_add_lines_of_its_group_and_nothing_else(
    group: Any, new_group: Callable[[], Any], ground: Any
) -> None:
    other = new_group()
    for each in (group, other):
        await each.chair.add()
    app = await asyncpg.connect(ground.role_url("documents_app").replace("+asyncpg", ""))
    try:
        assert await app.fetchval("SELECT count(*) FROM document_ledger") == 0
        for statement in (
            "UPDATE document_ledger SET person_id = NULL",
            "DELETE FROM document_ledger",
            "TRUNCATE document_ledger",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
        async with app.transaction():
            await app.execute("SELECT set_config('documents.group', $1, true)", str(group.id))
            seen = await app.fetch("SELECT group_id FROM document_ledger")
            assert [row["group_id"] for row in seen] == [group.id]
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(
                    "INSERT INTO document_ledger (id, group_id, document_id, act, at)"
                    " VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'read', now())",
                    other.id,
                )
    finally:
        await app.close()


async def test_a_link_that_does_not_open_has_no_line(group: Any, forward: Any) -> None:
    chair = group.chair
    path = await chair.upload(b"1234")
    (link,) = await forward(chair, path)
    client: httpx.AsyncClient = chair.client
    assert (await client.post(f"/releases/{link.release_id}/download", data={**link.form, "secret": "x"})).is_error
    await client.get(link.page)
    assert (await acts_of(group, path.split("/")[2]))[-1] == "released"
