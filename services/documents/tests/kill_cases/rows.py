"""The rows of a group, which no answer shows, compared with what its clients remember."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
from shared.testing.service import Ground

from services.documents.tests.conftest import Actor
from services.documents.tests.kill_cases.asking import asked
from services.documents.tests.kill_cases.remembered import Broken, Place, Remembered
from services.documents.tests.own_processes import as_superuser


async def check_rows(ground: Ground, actor: Actor, documents: Sequence[Remembered]) -> int:
    """Once everything is swept, moved and destroyed; how many keys the group has had. Raises Broken."""
    connection = await as_superuser(ground)
    try:
        await _check_room(connection, actor)
        await _check_ledger(connection, actor.proof.group_id, documents)
        epoch = await _check_keys(connection, actor.proof.group_id, documents)
        count = "SELECT count(*) FROM documents WHERE group_id = $1"
        rows = await connection.fetchval(count, actor.proof.group_id)
    finally:
        await connection.close()
    if rows != sum(document.place is not Place.GONE for document in documents):
        raise Broken(f"{actor.proof.group_id} has {rows} documents")
    return epoch


async def is_anything_due(ground: Ground) -> bool:
    """Whether a document has been in the bin for more than its 30 days."""
    connection = await as_superuser(ground)
    try:
        due = "SELECT EXISTS (SELECT FROM documents WHERE deleted_at < now() - interval '30 days')"
        return bool(await connection.fetchval(due))
    finally:
        await connection.close()


async def _check_room(connection: asyncpg.Connection, actor: Actor) -> None:
    group_id = actor.proof.group_id
    left = await connection.fetch("SELECT length, ready_at FROM versions WHERE group_id = $1", group_id)
    if not all(row["ready_at"] for row in left):
        raise Broken(f"{group_id} has versions that are neither ready nor absent")
    used, sent = (await asked(actor, "GET", "/vault")).json()["used_bytes"], sum(row["length"] for row in left)
    if used != sent:
        raise Broken(f"{group_id} counts {used} bytes, its versions have {sent}")


async def _check_ledger(connection: asyncpg.Connection, group_id: UUID, documents: Sequence[Remembered]) -> None:
    added = "SELECT version_id FROM document_ledger WHERE group_id = $1 AND act = 'version_added'"
    lines = [str(row["version_id"]) for row in await connection.fetch(added, group_id)]
    if len(lines) != len(set(lines)):
        raise Broken(f"the ledger of {group_id} tells of a version twice")
    if untold := {version for document in documents for version in document.ready} - set(lines):
        raise Broken(f"the ledger of {group_id} does not tell of {untold}")


async def _check_keys(connection: asyncpg.Connection, group_id: UUID, documents: Sequence[Remembered]) -> int:
    listed = await connection.fetch("SELECT version_id FROM keys.destroyed_keys WHERE group_id = $1", group_id)
    gone = {version for document in documents if document.place is Place.GONE for version in document.ready}
    if missing := gone - {str(row["version_id"]) for row in listed}:
        raise Broken(f"the keys of {missing} are not listed as destroyed")
    epochs = await connection.fetch("SELECT epoch FROM keys.group_keys WHERE group_id = $1", group_id)
    if len(epochs) > 1:
        raise Broken(f"{group_id} still has {len(epochs)} keys")
    return max((row["epoch"] for row in epochs), default=0)
