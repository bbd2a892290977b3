"""What does not open, is missing or belongs to nobody is told by its id, and nothing else."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from messaging.bootstrap import Resources
from messaging.storage.tables import attachments
from messaging.use_cases.fsck import fsck
from shared.blobs.store import random_key
from shared.testing.service import Ground
from sqlalchemy import select, text

from services.messaging.tests.conftest import Group

CONTENT = b"A plan of the estate. " * 4000


async def found(resources: Resources) -> set[str]:
    return {line async for line in fsck(resources.unit_of_work, resources.keyring, resources.store)}


async def attached(group: Group) -> tuple[str, str]:
    """The id of an attachment, and its object's key."""
    declared = {"name": "plan.txt", "content_type": "text/plain", "length": len(CONTENT)}
    answer = await group.ask("POST", "/attachments", json=declared)
    assert answer.status_code == 201, answer.text
    attachment_id = str(answer.json()["id"])
    kind = {"content-type": "application/octet-stream"}
    kept = await group.ask("PUT", f"/attachments/{attachment_id}/content", content=CONTENT, headers=kind)
    assert kept.status_code in {200, 204}, kept.text
    async with group.bus.resources.engine.connect() as connection:
        asked = select(attachments.c.object_key).where(attachments.c.id == UUID(attachment_id))
        return attachment_id, str(await connection.scalar(asked))


async def overwrite(resources: Resources, key: str, content: bytes) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    await resources.store.put(key, len(content), pieces())


@pytest.mark.parametrize("harm", ["missing", "damaged", "cut", "key"])
async def test_an_attachment_that_does_not_open_is_told(group: Group, harm: str) -> None:
    resources = group.bus.resources
    attachment_id, key = await attached(group)
    before = await found(resources)
    assert not [line for line in before if attachment_id in line]
    if harm == "missing":
        await resources.store.delete(key)
    elif harm == "key":
        async with resources.engine.begin() as connection:
            swapped = text("UPDATE attachments SET wrapped_key = sealed_name WHERE id = :id")
            await connection.execute(swapped, {"id": attachment_id})
    else:
        async with resources.store.get(key) as reading:
            sealed = bytearray(b"".join([piece async for piece in reading]))
        sealed[-1] ^= 1
        await overwrite(resources, key, bytes(sealed if harm == "damaged" else sealed[:-100]))
    told = {"missing": "attachment_missing", "key": "attachment_key_does_not_open"}.get(harm, "attachment_damaged")
    assert await found(resources) - before == {f"{told} {attachment_id}"}


async def test_a_message_that_does_not_open_and_an_object_of_nobody_are_told(group: Group, ground: Ground) -> None:
    resources, message_id, key = group.bus.resources, await group.write(), random_key()
    before = await found(resources)
    await overwrite(resources, key, CONTENT)
    assert not [line for line in before if message_id in line]
    swapped = f"UPDATE messages SET sealed_body = sealed_subject WHERE id = '{message_id}'"
    ground.servers.postgres.run(swapped, database=ground.database_url.rpartition("/")[2])
    assert await found(resources) - before == {f"object_without_row {key}", f"message_does_not_open {message_id}"}
    await resources.store.delete(key)
