"""Damage of every kind is refused to the reader and located by fsck, which tells ids and nothing else."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from documents.bootstrap import Resources
from documents.commands.finding import Finding
from documents.commands.fsck import fsck
from documents.keys.bootstrap import KeyResources
from documents.keys.epochs import begin_epoch
from shared.blobs.store import random_key
from shared.clock import now
from shared.ids import new_id

from services.documents.tests.own_processes import environment_of, keys_environment_of

HEADER, CHUNK = 56, 16400
CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 200  # three whole chunks and a shorter one
CHUNKS = 4
NAME = "marker-name"


@dataclass
class Ground:
    """A ready version with an older one beside it, and a ready version of another group."""

    group: Any
    path: str
    older: str
    theirs: str
    resources: Resources
    keys: KeyResources
    superuser: Any

    @property
    def document_id(self) -> UUID:
        return UUID(self.path.split("/")[2])

    @property
    def version_id(self) -> UUID:
        return _id(self.path)

    async def update(self, assignment: str, source: str | None = None) -> None:
        await self.superuser.execute(
            f"UPDATE versions v SET {assignment} FROM versions o WHERE v.id = $1 AND o.id = $2",
            self.version_id,
            _id(source or self.path),
        )

    async def rewrite(self, change: Callable[[bytes], bytes]) -> None:
        key = await self.superuser.fetchval("SELECT object_key FROM versions WHERE id = $1", self.version_id)
        async with self.resources.store.get(key) as reading:
            raw = change(b"".join([piece async for piece in reading]))
        await put(self.resources, key, raw)

    async def findings(self) -> list[Finding]:
        return [found async for found in fsck(self.resources, self.keys, now(), [self.group.id])]


def _id(path: str) -> UUID:
    return UUID(path.split("/")[4])


async def put(resources: Resources, key: str, raw: bytes) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield raw

    await resources.store.put(key, len(raw), pieces())


@pytest.fixture
async def damaged(
    group: Any, new_group: Any, resources: Resources, key_resources: KeyResources, superuser: Any
) -> Ground:
    chair = group.chair
    older = await chair.upload(CONTENT, NAME)
    path = await chair.declare(older.split("/")[2], len(CONTENT))
    assert (await chair.put(path, CONTENT)).status_code == 200
    theirs = await new_group().chair.upload(CONTENT)
    return Ground(group, path, older, theirs, resources, key_resources, superuser)


async def swap(on: Ground) -> None:
    other = await on.group.chair.upload(CONTENT)
    await on.update("object_key = o.object_key", other)


async def move_between_groups(on: Ground) -> None:
    await on.update("object_key = o.object_key, wrapped_key = o.wrapped_key, key_epoch = o.key_epoch", on.theirs)


async def roll_back(on: Ground) -> None:
    await on.update("object_key = o.object_key", on.older)


async def truncate(on: Ground) -> None:
    await on.rewrite(lambda raw: raw[: HEADER + 2 * CHUNK])


async def append(on: Ground) -> None:
    await on.rewrite(lambda raw: raw + raw[-CHUNK:])


async def reorder(on: Ground) -> None:
    first, second = HEADER + CHUNK, HEADER + 2 * CHUNK
    third = second + CHUNK
    await on.rewrite(lambda raw: raw[:first] + raw[second:third] + raw[first:second] + raw[third:])


def flip(at: int) -> Callable[[Ground], Awaitable[None]]:
    def change(raw: bytes) -> bytes:
        changed = bytearray(raw)
        changed[at] ^= 1
        return bytes(changed)

    async def damage(on: Ground) -> None:
        await on.rewrite(change)

    return damage


async def wrong_epoch(on: Ground) -> None:
    await begin_epoch(on.keys, on.group.id, 1)
    await on.update("key_epoch = 2")


async def wrong_length(on: Ground) -> None:
    await on.update("length = v.length - 1")


async def unknown_format(on: Ground) -> None:
    await on.rewrite(lambda raw: os.urandom(len(raw)))


async def missing(on: Ground) -> None:
    key = await on.superuser.fetchval("SELECT object_key FROM versions WHERE id = $1", on.version_id)
    await on.resources.store.delete(key)


DAMAGE: dict[str, tuple[Callable[[Ground], Awaitable[None]], str, str]] = {
    "swap": (swap, "content_damaged", "header"),
    "move between groups": (move_between_groups, "key_does_not_open", "epoch 1"),
    "roll back": (roll_back, "content_damaged", "header"),
    "truncate": (truncate, "length_differs", "the object has"),
    "append": (append, "length_differs", "the object has"),
    "reorder": (reorder, "content_damaged", "chunk 1"),
    "bit flip in the salt": (flip(3), "content_damaged", "header"),
    "bit flip in the commitment": (flip(40), "content_damaged", "header"),
    "bit flip in a chunk": (flip(HEADER + 2 * CHUNK + 5), "content_damaged", "chunk 2"),
    "bit flip in the closing chunk": (flip(-1), "content_damaged", f"chunk {CHUNKS - 1}"),
    "wrong epoch": (wrong_epoch, "key_does_not_open", "epoch 2"),
    "wrong length": (wrong_length, "length_differs", "the object has"),
    "unknown format": (unknown_format, "content_damaged", "header"),
    "object missing": (missing, "object_missing", "-"),
}


@pytest.mark.parametrize("kind", DAMAGE)
async def test_damage_is_refused_and_located(damaged: Ground, kind: str) -> None:
    damage, said, detail = DAMAGE[kind]
    assert await damaged.findings() == []
    await damage(damaged)
    answer = await damaged.group.chair.ask("GET", damaged.path)
    if answer.status_code == 200:
        # The closing chunk is reached after sound ones were sent: the answer breaks off, shorter than it said.
        assert detail == f"chunk {CHUNKS - 1}"
        assert len(answer.content) < int(answer.headers["content-length"])
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "documents.damaged")
        assert CONTENT[:64] not in answer.content
    (found,) = await damaged.findings()
    assert found[:4] == (said, damaged.group.id, damaged.document_id, damaged.version_id)
    assert found.detail.startswith(detail)
    assert (await damaged.group.chair.ask("GET", damaged.older)).content == CONTENT


async def test_names_that_do_not_open_are_located(damaged: Ground, superuser: Any) -> None:
    await superuser.execute("UPDATE documents SET sealed_name = '\\x00' WHERE id = $1", damaged.document_id)
    (found,) = await damaged.findings()
    assert (found.kind, found.document_id) == ("sealed_row_does_not_open", damaged.document_id)
    assert found.detail.startswith("documents.sealed_name")


async def test_a_wrap_without_a_release_is_located(damaged: Ground, forward: Any, superuser: Any) -> None:
    (link,) = await forward(damaged.group.chair, damaged.path)
    release_id = UUID(link.release_id)
    await superuser.execute("DELETE FROM release_recipients WHERE release_id = $1", release_id)
    await superuser.execute("DELETE FROM releases WHERE id = $1", release_id)
    # It may be one whose release is written a moment later.
    assert await damaged.findings() == []
    aged = "UPDATE keys.release_wraps SET created_at = now() - interval '11 minutes' WHERE release_id = $1"
    await superuser.execute(aged, release_id)
    (found,) = await damaged.findings()
    assert found == ("wrap_without_release", damaged.group.id, damaged.document_id, damaged.version_id, str(release_id))


async def test_a_destroyed_key_that_came_back_is_located(damaged: Ground, superuser: Any) -> None:
    await superuser.execute(
        "INSERT INTO keys.destroyed_keys (version_id, group_id, document_id, destroyed_at) VALUES ($1, $2, $3, now())",
        damaged.version_id,
        damaged.group.id,
        damaged.document_id,
    )
    (found,) = await damaged.findings()
    assert (found.kind, found.version_id) == ("destroyed_key_is_back", damaged.version_id)
    await superuser.execute("UPDATE versions SET wrapped_key = '' WHERE id = $1", damaged.version_id)
    assert await damaged.findings() == []


async def test_an_object_that_no_row_names_is_located(
    damaged: Ground, resources: Resources, key_resources: KeyResources, superuser: Any
) -> None:
    orphan, under_way = random_key(), random_key()
    for key in (orphan, under_way):
        await put(resources, key, b"left behind")
    await superuser.execute("INSERT INTO uploads (object_key) VALUES ($1)", under_way)
    orphans = {
        found.detail async for found in fsck(resources, key_resources, now()) if found.kind == "object_without_row"
    }
    assert orphan in orphans
    assert under_way not in orphans
    named = {row[0] for row in await superuser.fetch("SELECT object_key FROM versions WHERE object_key IS NOT NULL")}
    assert not orphans & named


async def test_the_command_tells_ids_alone_and_ends_with_three(
    damaged: Ground, settings: Any, key_settings: Any
) -> None:
    async def run(*command: str) -> tuple[int | None, str]:
        ran = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "documents",
            "fsck",
            *command,
            env={**os.environ, **environment_of(settings, 0), **keys_environment_of(key_settings)},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await ran.communicate()
        return ran.returncode, said.decode()

    assert await run(str(damaged.group.id)) == (0, "")
    await missing(damaged)
    place = f"{damaged.group.id} {damaged.document_id} {damaged.version_id}"
    assert await run(str(damaged.group.id)) == (3, f"object_missing {place} -\n")
    assert (await run(str(new_id()))) == (0, "")
