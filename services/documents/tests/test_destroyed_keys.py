"""After 30 days in the bin a document's keys are destroyed, and stay so (P22)."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from documents.bootstrap import Resources
from documents.domain.errors import NothingHere, NotLongInTheBin
from documents.use_cases.destroy_binned_documents import destroy_binned_documents, destroy_document
from shared.blobs.errors import BlobMissing, StoreUnavailable
from shared.clock import now
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.eventually import eventually

from services.documents.tests.conftest import as_documents
from services.documents.tests.own_processes import environment_of, running

TABLES = ("documents", "versions", "releases")


@dataclass
class Binned:
    """A document with two versions and a release of the second, put into the bin long ago."""

    group: Any
    id: UUID
    paths: list[str]
    objects: list[str]
    wraps: dict[UUID, bytes]
    link: Any

    async def rows(self, superuser: Any) -> dict[str, int]:
        columns = dict.fromkeys(TABLES, "document_id") | {"documents": "id", "keys.release_wraps": "document_id"}
        return {
            table: await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", self.id)
            for table, column in columns.items()
        }

    async def listed(self, superuser: Any) -> set[UUID]:
        asked = "SELECT version_id FROM keys.destroyed_keys WHERE document_id = $1 AND group_id = $2"
        return {row[0] for row in await superuser.fetch(asked, self.id, self.group.id)}


GONE = dict.fromkeys((*TABLES, "keys.release_wraps"), 0)


@pytest.fixture
def binned(forward: Any, superuser: Any, group: Any) -> Callable[..., Any]:
    async def bin_(days: float = 31) -> Binned:
        chair = group.chair
        document_id = await chair.add("old")
        paths = [await chair.declare(document_id, 4) for _ in range(2)]
        for path in paths:
            await chair.put(path, b"gone")
        (link,) = await forward(chair, paths[1])
        rows = await superuser.fetch(
            "SELECT id, object_key, wrapped_key FROM versions WHERE document_id = $1", UUID(document_id)
        )
        assert (await chair.ask("DELETE", f"/documents/{document_id}")).status_code == 204
        await superuser.execute(
            "UPDATE documents SET deleted_at = now() - make_interval(secs => $2) WHERE id = $1",
            UUID(document_id),
            timedelta(days=days).total_seconds(),
        )
        wraps = {row["id"]: row["wrapped_key"] for row in rows}
        return Binned(group, UUID(document_id), paths, [row["object_key"] for row in rows], wraps, link)

    return bin_


async def end(resources: Resources, document: Binned) -> bool:
    return await destroy_document(
        resources.unit_of_work(), resources.store, resources.keys, document.group.id, document.id, now()
    )


async def are_in_store(resources: Resources, objects: list[str]) -> list[bool]:
    async def is_there(key: str) -> bool:
        try:
            return await resources.store.length(key) > 0
        except BlobMissing:
            return False

    return [await is_there(key) for key in objects]


async def test_keys_contents_and_rows_go_after_thirty_days(
    binned: Any, resources: Resources, superuser: Any, group: Any
) -> None:
    kept = await group.chair.upload(b"kept")
    document, recent = await binned(), await binned(days=29.9)
    await destroy_binned_documents(resources.unit_of_work, resources.store, resources.keys, now())
    assert await document.rows(superuser) == GONE
    assert await document.listed(superuser) == set(document.wraps)
    assert await are_in_store(resources, document.objects) == [False, False]
    assert await are_in_store(resources, recent.objects) == [True, True]
    assert await recent.listed(superuser) == set()
    assert (await group.member.ask("GET", kept)).content == b"kept"
    asked = "SELECT count(*) FROM keys.audit WHERE operation = 'destroy' AND document_id = $1"
    assert await superuser.fetchval(asked, document.id) == 1


async def test_the_worker_empties_bins_by_itself(binned: Any, superuser: Any, settings: Any, tmp_path: Path) -> None:
    document, port = await binned(), free_ports(1)[0]
    with running("worker", environment_of(settings, port), tmp_path / "log", port):

        async def gone() -> bool:
            return dict(await document.rows(superuser)) == GONE

        await eventually(gone)


async def test_the_keys_process_looks_itself(
    binned: Any, resources: Resources, superuser: Any, group: Any, new_group: Any
) -> None:
    recent, old = await binned(days=29.9), await binned()
    there = UUID((await group.chair.upload(b"there")).split("/")[2])
    for document_id in (recent.id, there):
        with pytest.raises(NotLongInTheBin):
            await resources.keys.destroy(group.id, document_id)
    for group_id, document_id in ((new_group().id, old.id), (group.id, new_id())):
        with pytest.raises(NothingHere):
            await resources.keys.destroy(group_id, document_id)
    assert await superuser.fetchval("SELECT count(*) FROM keys.destroyed_keys WHERE group_id = $1", group.id) == 0


async def test_nobody_with_a_session_destroys(binned: Any, keys_process: Any, superuser: Any) -> None:
    document = await binned()
    async with as_documents(document.group.issuer, keys_process.url) as keys:
        path = f"/groups/{document.group.id}/documents/{document.id}/destroy"
        answer = await keys.post(path, headers=document.group.chair.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.wrong_plane")
    assert await document.listed(superuser) == set()


async def test_stopped_after_the_keys_it_goes_on(binned: Any, resources: Resources, superuser: Any) -> None:
    document = await binned()
    for _ in range(2):
        await resources.keys.destroy(document.group.id, document.id)
    wrapped = await superuser.fetch("SELECT wrapped_key FROM versions WHERE document_id = $1", document.id)
    assert [row[0] for row in wrapped] == [b"", b""]
    assert (await document.rows(superuser))["keys.release_wraps"] == 0
    assert await are_in_store(resources, document.objects) == [True, True]
    assert (await document.group.chair.ask("GET", document.paths[0])).status_code == 404
    assert await end(resources, document)
    assert await document.rows(superuser) == GONE


async def test_stopped_among_the_contents_it_goes_on(
    binned: Any, resources: Resources, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, delete, calls = await binned(), resources.store.delete, 0

    async def breaks_off(key: str) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StoreUnavailable
        await delete(key)

    with monkeypatch.context() as broken:
        broken.setattr(resources.store, "delete", breaks_off)
        with pytest.raises(StoreUnavailable):
            await end(resources, document)
    # One is gone, and every object that is left has its row.
    assert sorted(await are_in_store(resources, document.objects)) == [False, True]
    assert (await document.rows(superuser))["versions"] == 2
    assert (await document.group.chair.ask("GET", document.paths[0])).status_code == 404
    assert await end(resources, document)
    assert await are_in_store(resources, document.objects) == [False, False]
    assert await document.rows(superuser) == GONE


async def test_twenty_workers_at_once_do_it_once(binned: Any, resources: Resources, superuser: Any) -> None:
    document = await binned()
    done = await asyncio.gather(*(end(resources, document) for _ in range(20)))
    assert sorted(done) == [False] * 19 + [True]
    asked = "SELECT count(*) FROM keys.audit WHERE operation = 'destroy' AND document_id = $1"
    assert await superuser.fetchval(asked, document.id) == 1
    assert await document.rows(superuser) == GONE


async def test_of_destroying_and_bringing_back_exactly_one_wins(
    binned: Any, resources: Resources, superuser: Any, ground: Any
) -> None:
    for _ in range(10):
        document = await binned()

        async def bring_back(document: Binned = document) -> bool:
            connection = await asyncpg.connect(ground.role_url("documents_app").replace("+asyncpg", ""))
            try:
                async with connection.transaction():
                    await connection.execute("SELECT set_config('documents.group', $1, true)", str(document.group.id))
                    back = "UPDATE documents SET deleted_at = NULL WHERE id = $1 AND destroyed_at IS NULL"
                    return str(await connection.execute(back, document.id)) == "UPDATE 1"
            finally:
                await connection.close()

        back, ended = await asyncio.gather(bring_back(), end(resources, document))
        assert back is (await document.listed(superuser) == set())
        # Where the loser still held the row, its contents and rows go the next time.
        assert back or ended or await end(resources, document)
        readable = (await document.group.chair.ask("GET", document.paths[0])).status_code
        assert readable == (200 if back else 404)


async def test_what_is_destroyed_cannot_be_brought_back(binned: Any, resources: Resources, superuser: Any) -> None:
    document = await binned()
    await resources.keys.destroy(document.group.id, document.id)
    with pytest.raises(asyncpg.CheckViolationError):
        await superuser.execute("UPDATE documents SET deleted_at = NULL WHERE id = $1", document.id)


async def test_an_old_database_that_is_brought_back_opens_nothing(
    binned: Any, resources: Resources, superuser: Any, keys_process: Any, forward: Any
) -> None:
    document = await binned()
    group, version_id = document.group, UUID(document.paths[1].split("/")[4])
    laid = await superuser.fetchrow("SELECT * FROM keys.release_wraps WHERE document_id = $1", document.id)
    await resources.keys.destroy(group.id, document.id)
    # As in the backup: out of the bin, with wrapped keys, and with the wrap that was laid aside for a live release.
    await superuser.execute("UPDATE documents SET deleted_at = NULL, destroyed_at = NULL WHERE id = $1", document.id)
    for version, wrapped in document.wraps.items():
        await superuser.execute("UPDATE versions SET wrapped_key = $2 WHERE id = $1", version, wrapped)
    await superuser.execute("UPDATE releases SET revoked_at = NULL WHERE document_id = $1", document.id)
    marks = ", ".join(f"${number + 1}" for number in range(len(laid)))
    names = ", ".join(laid.keys())
    await superuser.execute(f"INSERT INTO keys.release_wraps ({names}) VALUES ({marks})", *laid.values())

    assert (await group.chair.ask("GET", document.paths[1])).status_code == 404
    link = await group.client.post(f"/releases/{document.link.release_id}/download", data=document.link.form)
    assert link.status_code == 404
    body = {"document_id": str(document.id), "version_id": str(version_id), "list_id": str(new_id())}
    answer = await group.chair.ask("POST", "/releases", json={**body, "expires_in_days": 7})
    assert answer.status_code == 404
    async with as_documents(group.issuer, keys_process.url) as keys:
        asked = {
            "document_id": str(document.id),
            "version_id": str(version_id),
            "epoch": 1,
            "wrapped": base64.urlsafe_b64encode(document.wraps[version_id]).decode(),
        }
        answer = await keys.post(f"/groups/{group.id}/keys/unwrap", headers=group.chair.headers, json=asked)
        assert (answer.status_code, answer.json()["code"]) == (404, "documents.not_found")


async def test_a_rotation_passes_over_what_is_destroyed(
    binned: Any, resources: Resources, operate: Any, superuser: Any
) -> None:
    document = await binned()
    await resources.keys.destroy(document.group.id, document.id)
    await operate("rotate-group-keys", str(document.group.id))
    rows = await superuser.fetch("SELECT key_epoch, wrapped_key FROM versions WHERE document_id = $1", document.id)
    assert [tuple(row) for row in rows] == [(2, b"")] * 2


async def test_the_list_only_grows(ground: Any) -> None:
    keys = await asyncpg.connect(ground.role_url("documents_keys").replace("+asyncpg", ""))
    for statement in ("DELETE FROM keys.destroyed_keys", "UPDATE keys.destroyed_keys SET group_id = group_id"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await keys.execute(statement)
    await keys.close()
