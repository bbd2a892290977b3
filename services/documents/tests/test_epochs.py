"""New epochs of group keys: whatever is stopped in the middle, every document reads back byte for byte."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from documents.keys import epochs
from documents.keys.epochs import GRACE, begin_epoch, destroy_old_keys, move_batch, move_to_newest
from documents.keys.rotation import Rotated, rotate_at_once, rotate_what_is_due
from documents.keys.sealed_places import SEALED_PLACES
from documents.storage.group_scope import enter_group
from documents.storage.tables import audit, metadata
from shared.clock import now
from shared.ids import new_id
from shared.servers.ports import free_ports
from shared.testing.eventually import eventually
from sqlalchemy import LargeBinary

from services.documents.tests.conftest import as_documents
from services.documents.tests.full_vault import CONTENT, Vaultful
from services.documents.tests.own_processes import keys_environment_of, running

PASSED = GRACE + timedelta(minutes=1)


@pytest.fixture
async def vault(group: Any, forward: Any) -> Vaultful:
    return await Vaultful.of(group, forward)


async def test_everything_reads_back_after_every_step(
    vault: Vaultful, key_resources: Any, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epochs, "BATCH", 2)
    group_id = vault.group.id
    assert await begin_epoch(key_resources, group_id, 1)
    await vault.reads_back()
    for place in SEALED_PLACES:
        after: UUID | None = None
        while True:
            batch = await move_batch(key_resources, group_id, place, after)
            await vault.reads_back()
            assert await destroy_old_keys(key_resources, group_id, now()) == 0
            if (after := batch.last) is None:
                break
    assert await vault.epochs(superuser) == {2}
    assert await destroy_old_keys(key_resources, group_id, now()) == 0
    assert await vault.keys(superuser) == [1, 2]
    assert await destroy_old_keys(key_resources, group_id, now() + PASSED) == 1
    assert await vault.keys(superuser) == [2]
    await vault.reads_back()


async def test_a_key_that_is_still_used_is_never_destroyed(
    vault: Vaultful, key_resources: Any, superuser: Any, ground: Any
) -> None:
    group_id = vault.group.id
    await begin_epoch(key_resources, group_id, 1)
    for place in SEALED_PLACES:
        assert await destroy_old_keys(key_resources, group_id, now() + PASSED) == 0
        await move_batch(key_resources, group_id, place, None)
    assert await vault.keys(superuser) == [1, 2]
    # Nor by hand: the database itself holds a key to what lies under it.
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await superuser.execute("DELETE FROM keys.group_keys WHERE group_id = $1 AND epoch = 2", group_id)
    # Also for the role that destroys them, which sees no row of a group that it has not entered.
    keys = await asyncpg.connect(ground.role_url("documents_keys").replace("+asyncpg", ""))
    assert await keys.fetchval("SELECT count(id) FROM documents") == 0
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await keys.execute("DELETE FROM keys.group_keys WHERE group_id = $1 AND epoch = 2", group_id)
    await keys.close()
    assert await destroy_old_keys(key_resources, group_id, now() + PASSED) == 1


async def test_what_is_new_lies_under_the_newest_epoch(vault: Vaultful, key_resources: Any, forward: Any) -> None:
    await begin_epoch(key_resources, vault.group.id, 1)
    chair = vault.group.chair
    path = await chair.upload(b"new")
    # Released from a version and a name that have not moved yet.
    await forward(chair, vault.paths["file 1"], note="new")
    await chair.folder("new")
    async with key_resources.unit_of_work() as uow:
        await enter_group(uow.session, vault.group.id)
        for place in SEALED_PLACES:
            columns = place.table.c
            found = await uow.session.execute(
                place.table.select()
                .with_only_columns(place.id)
                .where(columns.group_id == vault.group.id, columns[place.epoch] == 2)
            )
            assert len(found.all()) == 1, place.name
    assert (await chair.ask("GET", path)).content == b"new"


async def test_who_read_a_row_before_it_moved_is_answered_for_an_hour(
    vault: Vaultful, key_resources: Any, keys_process: Any, superuser: Any
) -> None:
    version_id = UUID(vault.paths["file 1"].split("/")[4])
    row = await superuser.fetchrow("SELECT * FROM versions WHERE id = $1", version_id)
    asked = {
        "document_id": str(row["document_id"]),
        "version_id": str(version_id),
        "epoch": row["key_epoch"],
        "wrapped": base64.urlsafe_b64encode(row["wrapped_key"]).decode(),
    }

    async def status() -> int:
        async with as_documents(vault.group.issuer, keys_process.url) as keys:
            path = f"/groups/{vault.group.id}/keys/unwrap"
            return (await keys.post(path, headers=vault.group.member.headers, json=asked)).status_code

    await rotate_at_once(key_resources, [vault.group.id])
    await destroy_old_keys(key_resources, vault.group.id, now() + GRACE - timedelta(minutes=1))
    assert await status() == 200
    await destroy_old_keys(key_resources, vault.group.id, now() + PASSED)
    assert await status() == 422


async def test_a_row_under_a_gone_epoch_cannot_be_written(vault: Vaultful, key_resources: Any, superuser: Any) -> None:
    await rotate_at_once(key_resources, [vault.group.id])
    await destroy_old_keys(key_resources, vault.group.id, now() + PASSED)
    for place in SEALED_PLACES:
        for gone in (1, 3):
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await superuser.execute(
                    f"UPDATE {place.table.fullname} SET {place.epoch} = $1 WHERE group_id = $2", gone, vault.group.id
                )


async def test_people_go_on_working_while_a_rotation_runs(
    vault: Vaultful, key_resources: Any, superuser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epochs, "BATCH", 1)
    chair, group_id = vault.group.chair, vault.group.id
    paths: dict[str, bytes] = {}

    async def upload(number: int) -> None:
        content = f"{number:02}".encode() * 15_000
        paths[await chair.upload(content, f"new {number}")] = content

    async def rotate() -> None:
        for epoch in (1, 2, 3):
            await begin_epoch(key_resources, group_id, epoch)
            await move_to_newest(key_resources, group_id)
            await destroy_old_keys(key_resources, group_id, now())

    await asyncio.gather(rotate(), *(upload(number) for number in range(20)), *(vault.reads_back() for _ in range(5)))
    while await move_to_newest(key_resources, group_id):
        pass
    assert await vault.epochs(superuser) == {4}
    assert await destroy_old_keys(key_resources, group_id, now() + PASSED) == 3
    for path, content in paths.items():
        assert (await chair.ask("GET", path)).content == content
    await vault.reads_back()


async def test_twenty_rotations_at_once_harm_nothing(vault: Vaultful, key_resources: Any, superuser: Any) -> None:
    group_id = vault.group.id
    begun = await asyncio.gather(*(begin_epoch(key_resources, group_id, 1) for _ in range(20)))
    assert sorted(begun) == [False] * 19 + [True]
    moved = await asyncio.gather(*(move_to_newest(key_resources, group_id) for _ in range(20)))
    assert sum(moved) == len(CONTENT) * 2 + 4  # and a folder, and a release with its key, name and note
    assert await vault.epochs(superuser) == {2}
    destroyed = await asyncio.gather(*(destroy_old_keys(key_resources, group_id, now() + PASSED) for _ in range(20)))
    assert sorted(destroyed) == [0] * 19 + [1]
    await vault.reads_back()


async def test_a_row_that_a_member_holds_is_passed_by_and_moves_later(
    vault: Vaultful, key_resources: Any, superuser: Any
) -> None:
    async with superuser.transaction():
        await superuser.execute(
            "SELECT FROM documents WHERE group_id = $1 ORDER BY id LIMIT 1 FOR UPDATE", vault.group.id
        )
        await asyncio.wait_for(rotate_at_once(key_resources, [vault.group.id]), 10)
        assert await vault.epochs(superuser) == {1, 2}
    await rotate_what_is_due(key_resources, timedelta(days=365), now())
    assert await vault.epochs(superuser) == {2}


async def test_a_damaged_row_keeps_its_key_and_stops_no_other(
    vault: Vaultful, key_resources: Any, superuser: Any
) -> None:
    version_id = UUID(vault.paths["file 1"].split("/")[4])
    before = await superuser.fetchval("SELECT wrapped_key FROM versions WHERE id = $1", version_id)
    await superuser.execute("UPDATE versions SET wrapped_key = '\\x00' WHERE id = $1", version_id)
    await rotate_at_once(key_resources, [vault.group.id])
    assert await destroy_old_keys(key_resources, vault.group.id, now() + PASSED) == 0
    asked = "SELECT count(*) FROM versions WHERE group_id = $1 AND key_epoch = 1"
    assert await superuser.fetchval(asked, vault.group.id) == 1
    await superuser.execute("UPDATE versions SET wrapped_key = $2 WHERE id = $1", version_id, before)
    await vault.reads_back()


async def test_the_schedule_rotates_what_is_old_and_only_once(
    vault: Vaultful, key_resources: Any, superuser: Any
) -> None:
    year = timedelta(days=365)
    await rotate_what_is_due(key_resources, year, now())
    assert await vault.keys(superuser) == [1]
    await superuser.execute(
        "UPDATE keys.group_keys SET created_at = now() - interval '366 days' WHERE group_id = $1", vault.group.id
    )
    await asyncio.gather(*(rotate_what_is_due(key_resources, year, now()) for _ in range(5)))
    assert await vault.keys(superuser) == [1, 2]
    await rotate_what_is_due(key_resources, year, now() + PASSED)
    assert await vault.keys(superuser) == [2]
    await vault.reads_back()


async def test_the_keys_process_keeps_the_schedule_by_itself(
    vault: Vaultful, key_settings: Any, superuser: Any, tmp_path: Path
) -> None:
    await superuser.execute(
        "UPDATE keys.group_keys SET created_at = now() - interval '31 days' WHERE group_id = $1", vault.group.id
    )
    changed = key_settings.model_copy(update={"port": free_ports(1)[0], "epoch_days": 30})
    with running("keys", keys_environment_of(changed), tmp_path / "log", changed.port):

        async def moved() -> bool:
            return await vault.epochs(superuser) == {2}

        await eventually(moved)
    await vault.reads_back()


async def test_an_operator_rotates_one_group_or_all(
    vault: Vaultful, new_group: Callable[[], Any], operate: Any, superuser: Any
) -> None:
    other = new_group()
    path = await other.chair.upload(b"theirs")
    theirs = "SELECT max(epoch) FROM keys.group_keys WHERE group_id = $1"
    assert await operate("rotate-group-keys", str(vault.group.id)) == "groups with a new key: 1"
    assert (await vault.keys(superuser), await superuser.fetchval(theirs, other.id)) == ([1, 2], 1)
    # Other tests leave groups behind whose keys they damaged: those are told, and keep no other from going on.
    await operate("rotate-group-keys", may_fail=True)
    assert (await vault.keys(superuser), await superuser.fetchval(theirs, other.id)) == ([1, 2, 3], 2)
    await vault.reads_back()
    assert (await other.member.ask("GET", path)).content == b"theirs"


async def test_every_step_is_on_record(vault: Vaultful, key_resources: Any, superuser: Any) -> None:
    await rotate_at_once(key_resources, [vault.group.id])
    await destroy_old_keys(key_resources, vault.group.id, now() + PASSED)
    asked = f"SELECT operation FROM {audit.fullname} WHERE group_id = $1 AND person_id IS NULL"
    done = [row[0] for row in await superuser.fetch(asked + " ORDER BY at, id", vault.group.id)]
    assert done == ["begin_epoch", *["move_to_epoch"] * len(SEALED_PLACES), "destroy_epoch"]


async def test_a_group_whose_key_is_damaged_keeps_no_other_waiting(
    group: Any, new_group: Callable[[], Any], key_resources: Any, superuser: Any
) -> None:
    groups = sorted([group.id, new_group().id])
    for each in groups:
        await replace(group, id=each).chair.upload(b"ours")
    sound = await superuser.fetchval("SELECT wrapped FROM keys.group_keys WHERE group_id = $1", groups[0])
    await superuser.execute("UPDATE keys.group_keys SET wrapped = '\\x00' WHERE group_id = $1", groups[0])
    assert await rotate_at_once(key_resources, groups) == Rotated(2, [groups[0]])
    await superuser.execute(
        "UPDATE keys.group_keys SET wrapped = $2 WHERE group_id = $1 AND epoch = 1", groups[0], sound
    )
    await rotate_what_is_due(key_resources, timedelta(days=365), now())
    used = "SELECT DISTINCT key_epoch FROM versions WHERE group_id = $1"
    assert [await superuser.fetchval(used, each) for each in groups] == [2, 2]


async def test_nothing_is_made_for_a_group_that_has_no_keys(key_resources: Any, superuser: Any) -> None:
    nobody = new_id()
    assert await rotate_at_once(key_resources, [nobody]) == Rotated(0, [])
    assert await superuser.fetchval("SELECT count(*) FROM keys.group_keys WHERE group_id = $1", nobody) == 0


def test_every_sealed_column_is_reached_by_a_new_epoch() -> None:
    # group_keys.wrapped lies under the root key; the rest that is binary is no ciphertext.
    others = {
        "keys.group_keys.wrapped",
        "idempotency_keys.scope",
        "idempotency_keys.fingerprint",
        "idempotency_keys.answer",
        "release_recipients.secret_sha256",
        "resumed_uploads.salt",
        "upload_parts.digest",
    }
    binary = {
        f"{table.fullname}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    reached = {f"{place.table.fullname}.{column}" for place in SEALED_PLACES for column in place.sealed}
    assert reached == binary - others
    for place in SEALED_PLACES:
        held = {element.column.table.fullname for element in place.table.c[place.epoch].foreign_keys}
        assert held == {"keys.group_keys"}, place.name
