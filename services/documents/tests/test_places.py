"""What is sealed opens in its own place alone: moved between groups, documents or versions, it is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from documents.domain.errors import TooManyKeys
from documents.keys.rate_cap import RateCap
from documents.keys.root_keys import BadRootKey, load_root_keys, make_root_key
from shared.ids import new_id

from services.documents.tests.conftest import as_documents


def version_of(path: str) -> UUID:
    return UUID(path.split("/")[4])


def is_refused(answer: httpx.Response) -> bool:
    return answer.status_code == 409 and bool(answer.json()["code"] == "documents.damaged")


async def test_a_blob_of_another_version_is_refused(group: Any, superuser: Any) -> None:
    chair = group.chair
    mine, other = await chair.upload(b"aaaa"), await chair.upload(b"bbbb")
    await superuser.execute(
        "UPDATE versions SET object_key = (SELECT object_key FROM versions WHERE id = $1) WHERE id = $2",
        version_of(other),
        version_of(mine),
    )
    answer = await chair.ask("GET", mine)
    assert is_refused(answer)
    assert b"bbbb" not in answer.content


async def test_a_blob_with_its_key_is_refused_in_another_document(group: Any, superuser: Any) -> None:
    chair = group.chair
    mine, other = await chair.upload(b"aaaa"), await chair.upload(b"bbbb")
    await superuser.execute(
        "UPDATE versions v SET object_key = o.object_key, wrapped_key = o.wrapped_key, key_epoch = o.key_epoch "
        "FROM versions o WHERE o.id = $1 AND v.id = $2",
        version_of(other),
        version_of(mine),
    )
    assert is_refused(await chair.ask("GET", mine))


async def test_a_blob_with_its_key_is_refused_in_another_group(
    group: Any, new_group: Callable[[], Any], superuser: Any
) -> None:
    thief = new_group().chair
    victims, thiefs = await group.chair.upload(b"aaaa"), await thief.upload(b"bbbb")
    await superuser.execute(
        "UPDATE versions v SET object_key = o.object_key, wrapped_key = o.wrapped_key, key_epoch = o.key_epoch "
        "FROM versions o WHERE o.id = $1 AND v.id = $2",
        version_of(victims),
        version_of(thiefs),
    )
    assert is_refused(await thief.ask("GET", thiefs))


async def test_a_changed_length_is_refused(group: Any, superuser: Any) -> None:
    path = await group.chair.upload(b"aaaa")
    await superuser.execute("UPDATE versions SET length = 3 WHERE id = $1", version_of(path))
    assert is_refused(await group.chair.ask("GET", path))


async def test_a_name_of_another_document_or_kind_is_refused(
    group: Any, new_group: Callable[[], Any], superuser: Any
) -> None:
    chair = group.chair
    mine, other = await chair.add("mine", description="about"), await chair.add("other")
    theirs = await new_group().chair.add("theirs")
    for source, column in ((other, "sealed_name"), (theirs, "sealed_name"), (mine, "sealed_description")):
        await superuser.execute(
            f"UPDATE documents SET sealed_name = (SELECT {column} FROM documents WHERE id = $1) WHERE id = $2",
            UUID(source),
            UUID(mine),
        )
        answer = await chair.ask("GET", f"/documents/{mine}")
        assert is_refused(answer)
        assert "other" not in answer.text
        assert "theirs" not in answer.text
        assert [each["name"] for each in (await chair.ask("GET", "/documents")).json()["documents"]] == ["other", None]


async def test_the_keys_process_names_the_misfit(group: Any, keys_process: Any) -> None:
    chair = group.chair
    document_id, version_id = str(new_id()), str(new_id())
    async with as_documents(group.issuer, f"{keys_process.url}/groups/{group.id}") as keys:
        place = {"document_id": document_id, "version_id": version_id}
        wrapped = (await keys.post("/keys/wrap", headers=chair.headers, json=place)).json()
        assert "key" not in wrapped
        fits = await keys.post("/keys/unwrap", headers=chair.headers, json={**place, **wrapped})
        assert fits.status_code == 200
        for change in (
            {"document_id": str(new_id())},
            {"version_id": str(new_id())},
            {"epoch": 2},
            {"wrapped": wrapped["wrapped"][:-8] + "AAAAAAA="},
            {"wrapped": ""},
        ):
            answer = await keys.post("/keys/unwrap", headers=chair.headers, json={**place, **wrapped, **change})
            assert (answer.status_code, answer.json()["code"]) == (422, "documents.key_does_not_fit")


async def test_a_group_key_moved_to_another_group_opens_nothing(
    group: Any, new_group: Callable[[], Any], superuser: Any
) -> None:
    thief = new_group().chair
    path = await group.chair.upload(b"aaaa")
    await thief.add("so that there is a key")
    await superuser.execute(
        "UPDATE keys.group_keys SET wrapped = (SELECT wrapped FROM keys.group_keys WHERE group_id = $1) "
        "WHERE group_id = $2",
        group.id,
        thief.proof.group_id,
    )
    # Nothing is opened with it, and nothing new is sealed under a key that is another group's.
    assert [each["name"] for each in (await thief.ask("GET", "/documents")).json()["documents"]] == [None]
    body = {"name": "new", "readers": "members"}
    assert is_refused(await thief.ask("POST", "/documents", json=body))
    assert (await group.chair.ask("GET", path)).status_code == 200


def test_the_root_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    make_root_key(tmp_path)
    first = load_root_keys(tmp_path)
    make_root_key(tmp_path)
    assert load_root_keys(tmp_path) == first
    (key,) = tmp_path.iterdir()
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(BadRootKey):
        load_root_keys(tmp_path)


def test_a_folder_without_a_root_key_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadRootKey):
        load_root_keys(tmp_path)


def test_one_group_cannot_use_up_the_cap_of_another() -> None:
    seconds = 0.0
    cap, greedy, other = RateCap(2, lambda: seconds), new_id(), new_id()
    cap.count(greedy)
    cap.count(greedy)
    with pytest.raises(TooManyKeys):
        cap.count(greedy)
    cap.count(other)
    seconds = 60.0
    cap.count(greedy)
