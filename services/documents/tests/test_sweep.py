"""Whatever the worker cannot do fails alone: it is told with its ids, all else is done, and its turn comes again."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from documents.bootstrap import Resources
from documents.domain.document import BIN_LIFE
from documents.use_cases.destroy_binned_documents import destroy_binned_documents
from documents.worker import sweep
from shared.blobs.store import random_key
from shared.clock import now
from structlog.testing import capture_logs

DAY = timedelta(hours=24)
Refusing = Callable[[str, str, str], AbstractAsyncContextManager[None]]


@pytest.fixture
def refusing(superuser: Any) -> Refusing:
    """The database does nothing to one row, as when its page is damaged."""

    @asynccontextmanager
    async def refuse(table: str, column: str, value: str) -> AsyncIterator[None]:
        await superuser.execute(
            "CREATE FUNCTION damaged() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'damaged' USING ERRCODE = 'data_corrupted'; END $$"
        )
        await superuser.execute(
            f"CREATE TRIGGER damaged BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
            f" WHEN (OLD.{column} = '{value}') EXECUTE FUNCTION damaged()"
        )
        try:
            yield
        finally:
            await superuser.execute("DROP FUNCTION damaged CASCADE")

    return refuse


async def failed_in_a_sweep(resources: Resources) -> list[Any]:
    with capture_logs() as lines:
        await sweep(resources, DAY)
    return [line for line in lines if line["event"] == "step_failed"]


async def expiring(group: Any, superuser: Any) -> str:
    document: str = await group.chair.add()
    await superuser.execute("UPDATE documents SET expires_on = $1 WHERE id = $2", now().date(), UUID(document))
    return document


async def declared_long_ago(group: Any, superuser: Any) -> str:
    path = await group.chair.declare(await group.chair.add(), 4)
    version: str = path.split("/")[4]
    await superuser.execute("UPDATE versions SET created_at = $1 WHERE id = $2", now() - 2 * DAY, UUID(version))
    return version


async def abandoned(resources: Resources, superuser: Any) -> str:
    async def one_piece() -> AsyncIterator[bytes]:
        yield b"left"

    key = random_key()
    await resources.store.put(key, 4, one_piece())
    begun = "INSERT INTO uploads (object_key, begun_at) VALUES ($1, $2)"
    await superuser.execute(begun, key, now() - 2 * DAY)
    return key


async def left(superuser: Any, table: str, column: str, *values: Any) -> set[Any]:
    asked = f"SELECT {column} FROM {table} WHERE {column} = ANY($1)"
    return {str(row[0]) for row in await superuser.fetch(asked, list(values))}


async def test_a_document_that_cannot_expire_holds_up_no_other(
    group: Any, new_group: Any, resources: Resources, superuser: Any, refusing: Refusing
) -> None:
    stuck, other = await expiring(group, superuser), await expiring(group, superuser)
    elsewhere, version = await expiring(new_group(), superuser), await declared_long_ago(group, superuser)
    in_bin = "SELECT id FROM documents WHERE deleted_at IS NOT NULL AND id = ANY($1)"
    ids = [UUID(each) for each in (stuck, other, elsewhere)]
    async with refusing("documents", "id", stuck):
        (line,) = await failed_in_a_sweep(resources)
    assert (line["step"], line["group_id"], line["document_id"]) == ("expire_document", str(group.id), stuck)
    assert {str(row["id"]) for row in await superuser.fetch(in_bin, ids)} == {other, elsewhere}
    assert await left(superuser, "versions", "id", UUID(version)) == set()
    assert await failed_in_a_sweep(resources) == []
    assert {str(row["id"]) for row in await superuser.fetch(in_bin, ids)} == {stuck, other, elsewhere}


async def test_a_version_that_cannot_be_cleared_holds_up_no_other(
    group: Any, resources: Resources, superuser: Any, refusing: Refusing
) -> None:
    stuck, other = [await declared_long_ago(group, superuser) for _ in range(2)]
    both = [UUID(stuck), UUID(other)]
    async with refusing("versions", "id", stuck):
        (line,) = await failed_in_a_sweep(resources)
    assert (line["step"], line["version_id"]) == ("clear_declared_version", stuck)
    assert await left(superuser, "versions", "id", *both) == {stuck}
    assert await failed_in_a_sweep(resources) == []
    assert await left(superuser, "versions", "id", *both) == set()


@pytest.mark.usefixtures("no_uploads")
async def test_an_upload_that_cannot_be_cleared_holds_up_nothing(
    group: Any, resources: Resources, superuser: Any, refusing: Refusing
) -> None:
    stuck, other = [await abandoned(resources, superuser) for _ in range(2)]
    document = await expiring(group, superuser)
    async with refusing("uploads", "object_key", stuck):
        (line,) = await failed_in_a_sweep(resources)
    assert (line["step"], line["object_key"]) == ("clear_abandoned_upload", stuck)
    assert await left(superuser, "uploads", "object_key", stuck, other) == {stuck}
    assert (await group.chair.ask("GET", f"/documents/{document}")).status_code == 404
    assert await failed_in_a_sweep(resources) == []
    assert await left(superuser, "uploads", "object_key", stuck, other) == set()


async def test_a_document_that_cannot_be_destroyed_holds_up_no_other(
    group: Any, new_group: Any, resources: Resources, superuser: Any, refusing: Refusing
) -> None:
    documents = [await each.chair.add() for each in (group, group, new_group())]
    long_ago = "UPDATE documents SET deleted_at = $1 WHERE id = ANY($2)"
    await superuser.execute(long_ago, now() - BIN_LIFE - DAY, [UUID(each) for each in documents])
    stuck = documents[0]

    async def failed() -> list[Any]:
        with capture_logs() as lines:
            await destroy_binned_documents(resources.unit_of_work, resources.store, resources.keys, now())
        return [line for line in lines if line["event"] == "step_failed"]

    async with refusing("documents", "id", stuck):
        (line,) = await failed()
    assert (line["step"], line["document_id"]) == ("destroy_document", stuck)
    ids = [UUID(each) for each in documents]
    assert await left(superuser, "documents", "id", *ids) == {stuck}
    assert await failed() == []
    assert await left(superuser, "documents", "id", *ids) == set()
