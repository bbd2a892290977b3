"""A mail that cannot be printed ends as failed, at once or when the store stays away; its chunk ends too (P28)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from messaging.bootstrap import Resources
from messaging.use_cases.send_chunk import ChunkSender
from shared.blobs.store import BlobStore
from shared.bus.outcomes import Done, Retry
from shared.mail.smtp import Relay
from sqlalchemy import text

from services.messaging.tests.conftest import Group
from services.messaging.tests.test_attachments import attach
from services.messaging.tests.test_crashes import a_minute_passes, four_days_pass


async def object_key(group: Group, attachment_id: str) -> str:
    async with group.bus.resources.engine.connect() as connection:
        query = text("SELECT object_key FROM attachments WHERE id = :id")
        return str(await connection.scalar(query, {"id": attachment_id}))


async def open_chunks(group: Group) -> int | None:
    query = text(
        "SELECT count(*) FROM chunks c JOIN sends s ON s.id = c.send_id WHERE s.group_id = :id AND c.done_at IS NULL"
    )
    async with group.bus.resources.engine.connect() as connection:
        found: int | None = await connection.scalar(query, {"id": group.id})
        return found


async def has_failed(group: Group, message_id: str, reasons: set[str]) -> None:
    told = {"queued": 0, "sent": 0, "withheld": 0, "failed": len(group.people), "repeated": 0, "withheld_by_pause": 0}
    assert await group.figures(message_id) == told
    assert set(await group.reasons()) == reasons
    assert await open_chunks(group) == 0


@asynccontextmanager
async def without_a_store(resources: Resources) -> AsyncIterator[Resources]:
    store = BlobStore("http://127.0.0.1:9", "nobody", "nothing", "messaging")
    sender = ChunkSender(
        resources.engine,
        resources.unit_of_work,
        replace(resources.sender._press, store=store),
        Relay(resources.settings.smtp_url),
    )
    try:
        yield replace(resources, sender=sender)
    finally:
        await store.aclose()


async def test_a_message_whose_attachment_is_gone_is_reported_as_failed(group: Group) -> None:
    for _ in range(30):  # more than one sub-batch
        await group.add()
    attachment_id = await attach(group)
    message_id = await group.write(attachment_ids=[attachment_id])
    await group.bus.resources.store.delete(await object_key(group, attachment_id))
    assert await group.bus.send(group.id) == [Done()]
    await has_failed(group, message_id, {"unprintable"})


async def test_a_message_whose_attachment_is_damaged_is_reported_as_failed(group: Group) -> None:
    attachment_id = await attach(group)
    message_id = await group.write(attachment_ids=[attachment_id])
    key, store = await object_key(group, attachment_id), group.bus.resources.store
    async with store.get(key) as reading:
        sealed = b"".join([piece async for piece in reading])

    async def damaged() -> AsyncIterator[bytes]:
        yield sealed[:-1] + bytes([sealed[-1] ^ 1])

    await store.put(key, len(sealed), damaged())
    assert await group.bus.send(group.id) == [Done()]
    await has_failed(group, message_id, {"unprintable"})


async def test_a_message_whose_attachment_name_no_header_can_carry_is_reported_as_failed(group: Group) -> None:
    attachment_id = await attach(group)
    message_id = await group.write(attachment_ids=[attachment_id])
    sealed = group.bus.resources.keyring.seal("attachment name", UUID(attachment_id), b"a\nBcc: b@example.org")
    async with group.bus.resources.engine.begin() as connection:
        query = text("UPDATE attachments SET sealed_name = :sealed WHERE id = :id")
        await connection.execute(query, {"id": attachment_id, "sealed": sealed})
    assert await group.bus.send(group.id) == [Done()]
    await has_failed(group, message_id, {"unprintable"})


async def test_who_was_removed_is_withheld_also_where_the_attachment_is_gone(group: Group) -> None:
    gone, attachment_id = await group.add(), await attach(group)
    message_id = await group.write(attachment_ids=[attachment_id])
    await group.membership(gone, "removed", 2)
    await group.bus.resources.store.delete(await object_key(group, attachment_id))
    await group.bus.send(group.id)
    figures = await group.figures(message_id)
    assert (figures["withheld"], figures["failed"]) == (1, 1)


async def test_nothing_is_lost_while_the_store_is_away(group: Group) -> None:
    message_id = await group.write(attachment_ids=[await attach(group)])
    (body,) = await group.bus.chunks(group.id)
    async with without_a_store(group.bus.resources) as resources:
        assert isinstance(await group.bus.sending(resources).handle(body), Retry)
    assert (await group.figures(message_id))["queued"] == 1
    await a_minute_passes(group)
    assert await group.bus.sending().handle(body) == Done()
    assert (await group.figures(message_id))["sent"] == 1


async def test_a_store_that_is_away_for_three_days_fails_what_it_held_up(group: Group) -> None:
    message_id = await group.write(attachment_ids=[await attach(group)])
    await four_days_pass(group)
    (body,) = await group.bus.chunks(group.id)
    async with without_a_store(group.bus.resources) as resources:
        assert await group.bus.sending(resources).handle(body) == Done()
    await has_failed(group, message_id, {"store_away"})
