"""A new root key: old files are needed until every group key is wrapped anew, and then no longer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from documents.domain.errors import DoesNotFit
from documents.keys import root_rotation
from documents.keys.bootstrap import KeyResources
from documents.keys.group_keys import opened
from documents.keys.root_keys import RootFiles, add_root_key, load_root_keys, make_root_key
from documents.keys.root_rotation import rewrap_batch, rewrap_group_keys
from documents.keys.roots import RootAway
from documents.storage.tables import group_keys

PLACE = b"a place"
KEY = bytes(32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_root_key(tmp_path)
    return tmp_path


def test_several_that_add_versions_at_once_overwrite_none(folder: Path) -> None:
    with ThreadPoolExecutor(20) as several:
        versions = list(several.map(add_root_key, [folder] * 20))
    files = sorted(path.name for path in folder.iterdir())
    assert files == sorted(f"root-{version}.key" for version in range(1, max(versions) + 1))
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    keys = load_root_keys(folder).versions
    assert len(set(keys.values())) == len(keys)


async def test_a_running_process_takes_up_a_new_file(folder: Path) -> None:
    running = RootFiles(folder)
    assert await running.newest() == 1
    early = await running.wrap(1, PLACE, KEY)
    add_root_key(folder)
    # Another process wraps under it before this one has looked.
    late = await RootFiles(folder).wrap(2, PLACE, KEY)
    assert await running.unwrap(2, PLACE, late) == KEY
    assert await running.newest() == 2
    assert await running.unwrap(1, PLACE, early) == KEY


async def test_a_wrapped_key_opens_under_its_own_version_and_place_alone(folder: Path) -> None:
    add_root_key(folder)
    roots = RootFiles(folder)
    wrapped = await roots.wrap(1, PLACE, KEY)
    for version, place in ((2, PLACE), (1, b"another")):
        with pytest.raises(DoesNotFit):
            await roots.unwrap(version, place, wrapped)


async def test_a_version_that_is_not_there_is_away_and_not_a_misfit(folder: Path) -> None:
    roots = RootFiles(folder)
    with pytest.raises(RootAway):
        await roots.unwrap(7, PLACE, KEY)
    (folder / "root-1.key").chmod(0o644)
    with pytest.raises(RootAway):
        await roots.newest()


async def test_the_old_file_is_needed_until_all_is_done_and_then_no_longer(
    group: Any,
    new_group: Any,
    key_resources: KeyResources,
    key_settings: Any,
    operate: Any,
    superuser: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    groups = [group, new_group(), new_group()]
    paths = [await each.chair.upload(b"ours") for each in groups]

    async def all_read() -> None:
        for each, path in zip(groups, paths, strict=True):
            assert (await each.member.ask("GET", path)).content == b"ours"

    folder: Path = key_settings.key_folder
    old = load_root_keys(folder).newest
    assert await operate("make-root-key") == f"root-{old + 1}.key"
    await all_read()
    # What is new is wrapped by the new one, although nobody was started again.
    late = new_group()
    groups.append(late)
    paths.append(await late.chair.upload(b"ours"))
    version = "SELECT root_version FROM keys.group_keys WHERE group_id = $1"
    assert await superuser.fetchval(version, late.id) == old + 1

    monkeypatch.setattr(root_rotation, "BATCH", 1)
    # Batches go by group: the first that another test left may be stopped after as well as one of these.
    assert (await rewrap_batch(key_resources, old + 1, None)).last is not None
    await all_read()
    without = KeyResources(
        key_resources.engine, key_resources.sessions, _copied_without(folder, old), key_resources.cap
    )
    ids = [each.id for each in groups]
    with pytest.raises(RootAway):
        await _opens_all(without, ids)

    done = await asyncio.gather(*(rewrap_group_keys(key_resources) for _ in range(20)))
    under = "SELECT DISTINCT root_version FROM keys.group_keys WHERE group_id = ANY($1)"
    assert [row[0] for row in await superuser.fetch(under, ids)] == [old + 1]
    # Other tests leave keys behind that they damaged, and a version that is still asked for is never called unneeded.
    rest = "UPDATE keys.group_keys SET root_version = $1 WHERE root_version < $1"
    if await superuser.execute(rest, old + 1) != "UPDATE 0":
        assert all(old not in each.unneeded for each in done)
    named = ", ".join(map(str, range(1, old + 1)))
    assert await operate("rewrap-group-keys") == f"0 group keys wrapped anew; root versions no longer needed: {named}"
    await _opens_all(without, ids)
    (folder / f"root-{old}.key").unlink()
    await all_read()


async def test_a_damaged_group_key_keeps_its_root_and_stops_no_other(
    group: Any, new_group: Any, key_resources: KeyResources, operate: Any, superuser: Any
) -> None:
    damaged, sound = sorted([group.id, new_group().id])
    for each in (damaged, sound):
        await replace(group, id=each).chair.upload(b"ours")
    await superuser.execute("UPDATE keys.group_keys SET wrapped = '\\x00' WHERE group_id = $1", damaged)
    version = "SELECT root_version FROM keys.group_keys WHERE group_id = $1"
    old = await superuser.fetchval(version, damaged)
    await operate("make-root-key")
    assert old not in (await rewrap_group_keys(key_resources)).unneeded
    assert await superuser.fetchval(version, damaged) == old
    assert await superuser.fetchval(version, sound) == old + 1
    await superuser.execute("DELETE FROM versions WHERE group_id = $1", damaged)
    await superuser.execute("DELETE FROM documents WHERE group_id = $1", damaged)
    await superuser.execute("DELETE FROM keys.group_keys WHERE group_id = $1", damaged)


def _copied_without(folder: Path, version: int) -> RootFiles:
    copy = folder.with_name("without")
    copy.mkdir()
    for path in folder.iterdir():
        if path.name != f"root-{version}.key":
            (copy / path.name).write_bytes(path.read_bytes())
            (copy / path.name).chmod(0o600)
    return RootFiles(copy)


async def _opens_all(resources: KeyResources, group_ids: list[UUID]) -> None:
    async with resources.unit_of_work() as uow:
        rows = await uow.session.execute(group_keys.select().where(group_keys.c.group_id.in_(group_ids)))
        for row in rows.all():
            await opened(resources.roots, row.group_id, row.epoch, row.root_version, row.wrapped)
