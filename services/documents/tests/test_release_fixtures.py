"""What an earlier release has sealed opens with today's code. Each release adds a fixture; none is written anew."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from documents.domain.document import Version
from documents.keys import wrapping
from documents.keys.wrapping import GroupKey
from documents.storage import contents
from documents.storage.key_messages import TextKind
from shared.auth.link_texts import open_for_link
from shared.blobs.chunked import decrypt
from shared.clock import now
from shared.ids import new_id

RELEASES = sorted((Path(__file__).parent / "fixtures").glob("release_*.json"))


def raw(text: str) -> bytes:
    return base64.b64decode(text)


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def kept(request: pytest.FixtureRequest) -> Any:  # Any: JSON
    return json.loads(request.param.read_text())


@pytest.fixture
def group_key(kept: Any) -> GroupKey:
    group_id, epoch = UUID(kept["group_id"]), kept["epoch"]
    place = wrapping.place_of_group_key(group_id, epoch)
    return GroupKey(group_id, epoch, wrapping.unwrap(raw(kept["root_key"]), place, raw(kept["wrapped_group_key"])))


def test_there_is_a_fixture_of_the_first_release() -> None:
    assert "release_1" in {path.stem for path in RELEASES}


def test_contents_open(kept: Any, group_key: GroupKey) -> None:
    group_id, document_id = group_key.group_id, UUID(kept["document_id"])
    assert kept["versions"]
    for each in kept["versions"]:
        version_id, length, wrapped = UUID(each["version_id"]), each["length"], raw(each["wrapped_key"])
        place = wrapping.place_of_document_key(group_id, document_id, version_id, group_key.epoch)
        key = wrapping.unwrap(group_key.key, place, wrapped)
        version = Version(version_id, group_id, document_id, length, wrapped, group_key.epoch, new_id(), now())
        opened = decrypt(key, contents.place_of(version), raw(each["sealed"]))
        assert opened == (b"0123456789abcdef" * (length // 16 + 1))[:length]


def test_texts_open(kept: Any, group_key: GroupKey) -> None:
    assert {text["kind"] for text in kept["texts"]} == set(TextKind)
    for text in kept["texts"]:
        opened = wrapping.open_text(group_key, UUID(text["of"]), TextKind(text["kind"]), raw(text["sealed"]))
        assert opened == text["plain"]


def test_what_was_laid_aside_for_a_release_opens(kept: Any, group_key: GroupKey) -> None:
    laid, release_id = kept["release_key"], UUID(kept["release_id"])
    ids = (release_id, group_key.group_id, UUID(kept["document_id"]), UUID(laid["version_id"]))
    place = wrapping.place_of_release_key(*ids, group_key.epoch)
    assert wrapping.unwrap(group_key.key, place, raw(laid["wrapped"])) == raw(laid["key"])
    link = kept["link"]
    opened = open_for_link(link["secret"], release_id, UUID(kept["ref"]), link["sealed_group_name"])
    assert opened == link["group_name"]
