"""Wall 5: the service's own role sees one group at a time, and of the keys nothing at all."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from documents.storage.parts import PART
from shared.ids import new_id

CHANGEABLE = (
    "documents",
    "versions",
    "folders",
    "releases",
    "release_recipients",
    "resumed_uploads",
    "upload_parts",
)
ADDED_TO = ("document_ledger",)
SCOPED = CHANGEABLE + ADDED_TO


@pytest.fixture
async def as_role(ground: Any) -> AsyncIterator[Callable[[str], Any]]:
    opened = []

    async def connect(role: str) -> asyncpg.Connection:
        opened.append(await asyncpg.connect(ground.role_url(role).replace("+asyncpg", "")))
        return opened[-1]

    yield connect
    for connection in opened:
        await connection.close()


@pytest.fixture
async def two_groups(
    group: Any, new_group: Callable[[], Any], forward: Any, superuser: Any
) -> AsyncIterator[tuple[Any, Any]]:
    other = new_group()
    for each in (group, other):
        (link,) = await forward(each.chair, await each.chair.upload(b"ours"))
        await each.client.post(f"/releases/{link.release_id}/download", data=link.form)
        await each.chair.folder()
        half = await each.chair.declare(await each.chair.add(), PART + 1)
        assert (await each.chair.patch(half, 0, b"h" * PART)).status_code == 204
    yield group, other
    await superuser.execute("DELETE FROM uploads")


@pytest.mark.parametrize("table", SCOPED)
async def test_without_a_group_the_service_sees_no_row(two_groups: Any, as_role: Any, table: str) -> None:
    app = await as_role("documents_app")
    assert await app.fetchval(f"SELECT count(*) FROM {table}") == 0
    async with app.transaction():
        await app.execute("SELECT set_config('documents.group', '', true)")
        assert await app.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("table", SCOPED)
async def test_with_a_group_the_service_sees_its_rows_and_no_others(two_groups: Any, as_role: Any, table: str) -> None:
    one, two = two_groups
    app = await as_role("documents_app")
    async with app.transaction():
        await app.execute("SELECT set_config('documents.group', $1, true)", str(one.id))
        assert {row["group_id"] for row in await app.fetch(f"SELECT group_id FROM {table}")} == {one.id}
        if table in CHANGEABLE:
            changed = f"UPDATE {table} SET group_id = group_id WHERE group_id = $1"
            assert await app.execute(changed, two.id) == "UPDATE 0"
            assert await app.execute(f"DELETE FROM {table} WHERE group_id = $1", two.id) == "DELETE 0"
    # The setting ended with the transaction.
    assert await app.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("table", ADDED_TO)
async def test_what_is_only_added_to_is_not_changed_even_in_ones_own_group(
    two_groups: Any, as_role: Any, table: str
) -> None:
    app = await as_role("documents_app")
    for statement in (f"UPDATE {table} SET group_id = group_id", f"DELETE FROM {table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with app.transaction():
                await app.execute("SELECT set_config('documents.group', $1, true)", str(two_groups[0].id))
                await app.execute(statement)


async def test_a_row_cannot_be_written_into_another_group(two_groups: Any, as_role: Any) -> None:
    one, two = two_groups
    app = await as_role("documents_app")
    moved = "UPDATE documents SET group_id = $1"
    copied = """
        INSERT INTO documents (id, group_id, readers, sealed_name, texts_epoch, created_by, created_at, version)
        SELECT gen_random_uuid(), $1, readers, sealed_name, 1, created_by, now(), 1 FROM documents
    """
    for statement in (moved, copied):
        async with app.transaction():
            await app.execute("SELECT set_config('documents.group', $1, true)", str(one.id))
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with app.transaction():
                    await app.execute(statement, two.id)


async def test_a_link_shows_its_own_release_and_changes_nothing(two_groups: Any, as_role: Any, superuser: Any) -> None:
    release_id = await superuser.fetchval("SELECT id FROM releases WHERE group_id = $1", two_groups[0].id)
    app = await as_role("documents_app")
    async with app.transaction():
        await app.execute("SELECT set_config('documents.release', $1, true)", str(release_id))
        assert [row["id"] for row in await app.fetch("SELECT id FROM releases")] == [release_id]
        assert await app.fetchval("SELECT count(*) FROM release_recipients") == 1
        assert await app.fetchval("SELECT count(*) FROM versions") == 0
        assert await app.execute("UPDATE releases SET revoked_at = NULL") == "UPDATE 0"
        assert await app.execute("UPDATE release_recipients SET downloads = 0") == "UPDATE 0"


async def test_the_owner_of_the_tables_is_held_to_it_too(two_groups: Any, as_role: Any) -> None:
    owner = await as_role("documents_owner")
    for table in SCOPED:
        assert await owner.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("table", ["group_keys", "release_wraps", "destroyed_keys", "audit"])
async def test_the_service_cannot_enter_the_keys_schema(as_role: Any, table: str) -> None:
    app = await as_role("documents_app")
    for statement in (f"SELECT * FROM keys.{table}", f"DELETE FROM keys.{table}", f"TRUNCATE keys.{table}"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM documents",
        "SELECT * FROM versions",
        "SELECT * FROM outbox",
        "SELECT * FROM idempotency_keys",
        "SELECT group_id FROM releases",
        "UPDATE release_recipients SET revoked_at = NULL",
        "UPDATE release_recipients SET secret_sha256 = ''",
        "INSERT INTO release_recipients (release_id) VALUES (gen_random_uuid())",
        "UPDATE keys.group_keys SET epoch = 2",
        "DELETE FROM keys.audit",
        "UPDATE keys.audit SET operation = ''",
        "UPDATE keys.release_wraps SET expires_at = now()",
        "UPDATE keys.release_wraps SET download_limit = NULL",
        "UPDATE documents SET deleted_at = NULL",
        "UPDATE documents SET readers = 'members'",
        "UPDATE versions SET object_key = NULL",
        "UPDATE versions SET document_id = document_id",
        "DELETE FROM documents",
        "DELETE FROM versions",
    ],
)
async def test_the_keys_role_has_its_own_few_rights(as_role: Any, statement: str) -> None:
    keys = await as_role("documents_keys")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await keys.execute(statement)


@pytest.mark.parametrize("table", ["documents", "folders", "versions"])
async def test_the_keys_role_enters_one_group_at_a_time(
    two_groups: Any, as_role: Any, superuser: Any, table: str
) -> None:
    one, two = two_groups
    column = "key_epoch" if table == "versions" else "texts_epoch"
    own = await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE group_id = $1", one.id)
    keys = await as_role("documents_keys")
    assert await keys.fetchval(f"SELECT count(id) FROM {table}") == 0
    async with keys.transaction():
        await keys.execute("SELECT set_config('documents.group', $1, true)", str(one.id))
        assert {row["group_id"] for row in await keys.fetch(f"SELECT group_id FROM {table}")} == {one.id}
        assert await keys.execute(f"UPDATE {table} SET {column} = 1 WHERE group_id = $1", two.id) == "UPDATE 0"
        # Without a condition: what reads no column is held by the policy for changes alone.
        assert await keys.execute(f"UPDATE {table} SET {column} = 1") == f"UPDATE {own}"
    assert await keys.execute(f"UPDATE {table} SET {column} = 1") == "UPDATE 0"


async def test_the_keys_role_sees_no_link_of_a_release_that_was_not_named(two_groups: Any, as_role: Any) -> None:
    keys = await as_role("documents_keys")
    async with keys.transaction():
        await keys.execute("SELECT set_config('documents.release', $1, true)", str(new_id()))
        assert await keys.fetchval("SELECT count(ref) FROM release_recipients") == 0
        assert await keys.execute("UPDATE release_recipients SET downloads = 0") == "UPDATE 0"
