"""Contents are taken by what they are: the first bytes, and the directory of an archive (security.md, Traps)."""

import io
import os
import struct
import zipfile
from typing import Any
from uuid import UUID

import pytest
from documents.bootstrap import Resources
from documents.domain.archive import LARGEST_DIRECTORY, MOST_ENTRIES
from documents.storage.parts import PART
from documents.storage.zip_directory import entries_of

pytestmark = pytest.mark.usefixtures("no_uploads")

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(**entries: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return whole.getvalue()


def old_office(root: UUID) -> bytes:
    """A container whose directory is its second sector."""
    head = OLD + bytes(22) + struct.pack("<H", 9) + bytes(16) + struct.pack("<I", 1)
    entry = bytes(80) + root.bytes_le + bytes(32)
    return head.ljust(512, b"\0") + bytes(512) + entry.ljust(512, b"\0")


WORD = old_office(UUID("00020906-0000-0000-c000-000000000046"))
INSTALLER = old_office(UUID("000c1084-0000-0000-c000-000000000046"))
GOOD = archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": os.urandom(50_000).hex().encode()})
BOMB = archive(zeros=bytes(20_000_000))
MACRO = archive(**{"word/document.xml": b"<w/>", "word/vbaProject.bin": b"\0"})
NOT_TAKEN = {
    "program": (b"MZ" + os.urandom(9000), "documents.type_not_taken"),
    "script": (b"#!/bin/sh\n" + b"echo\n" * 2000, "documents.type_not_taken"),
    "drawing": (b"<svg onload='alert(1)'/>", "documents.type_not_taken"),
    "installer": (INSTALLER, "documents.type_not_taken"),
    "container that is none": (OLD + bytes(100), "documents.type_not_taken"),
    "bomb": (BOMB, "documents.archive_not_taken"),
    "macros": (MACRO, "documents.archive_not_taken"),
    "way out": (archive(**{"../../outside": b"x"}), "documents.archive_not_taken"),
    "no archive": (b"PK\x03\x04" + os.urandom(9000), "documents.archive_not_taken"),
    "cut archive": (GOOD[:-30], "documents.archive_not_taken"),
}


async def stored_objects(resources: Resources) -> set[str]:
    return {blob.key async for blob in resources.store.list()}


@pytest.mark.parametrize("content", [GOOD, WORD, archive()], ids=["docx", "doc", "empty archive"])
@pytest.mark.parametrize("way", ["put", "patch"])
async def test_what_people_write_is_taken(group: Any, content: bytes, way: str) -> None:
    path = await group.chair.declare(await group.chair.add(), len(content))
    sent = group.chair.put(path, content) if way == "put" else group.chair.patch(path, 0, content)
    assert (await sent).status_code == 200
    assert (await group.member.ask("GET", path)).content == content


@pytest.mark.parametrize("name", NOT_TAKEN)
@pytest.mark.parametrize("way", ["put", "patch"])
async def test_what_is_not_taken_leaves_nothing_and_may_be_replaced(
    group: Any, resources: Resources, superuser: Any, name: str, way: str
) -> None:
    content, code = NOT_TAKEN[name]
    chair = group.chair
    path = await chair.declare(await chair.add("Minutes.pdf"), len(content))
    before = await stored_objects(resources), await superuser.fetch("SELECT object_key FROM uploads")
    sent = chair.put(path, content) if way == "put" else chair.patch(path, 0, content)
    answer = await sent
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await chair.ask("GET", path)).status_code == 404
    assert await chair.kept(path) == 0
    after = await stored_objects(resources), await superuser.fetch("SELECT object_key FROM uploads")
    assert after == before
    assert (await chair.put(path, b"t" * len(content))).status_code == 200


async def test_the_refusal_says_what_is_taken(group: Any) -> None:
    path = await group.chair.declare(await group.chair.add(), 4)
    detail = (await group.chair.put(path, b"MZ\0\0")).json()["detail"]
    assert "PDF" in detail
    assert "plain text" in detail


async def test_an_archive_in_parts_is_looked_at_when_it_is_whole(group: Any) -> None:
    chair = group.chair
    content = archive(**{"noise": os.urandom(PART), "word/vbaProject.bin": b"\0"})
    path = await chair.declare(await chair.add(), len(content))
    assert (await chair.patch(path, 0, content[:PART])).status_code == 204
    answer = await chair.patch(path, PART, content[PART:])
    assert answer.json()["code"] == "documents.archive_not_taken"
    assert await chair.kept(path) == 0


class Counted:
    """An archive that remembers which of its bytes were read."""

    def __init__(self, content: bytes) -> None:
        self.content, self.first, self.read_bytes = content, len(content), 0

    async def read(self, first: int, last: int) -> bytes:
        self.first = min(self.first, first)
        self.read_bytes += last - first + 1
        return self.content[first : last + 1]


async def test_only_the_directory_of_a_large_archive_is_read() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for number in range(5000):
            made.writestr(f"{number:05}-{'x' * 50}", bytes(1000))
    counted = Counted(whole.getvalue())
    assert len(await entries_of(counted.read, len(counted.content))) == 5000
    assert counted.read_bytes < 700_000 < len(counted.content)
    assert counted.first > 5_000_000


async def test_an_archive_with_too_many_entries_is_refused_before_they_are_read() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for number in range(MOST_ENTRIES + 1):
            made.writestr(str(number), b"")
    counted = Counted(whole.getvalue())
    with pytest.raises(Exception, match="too many"):
        await entries_of(counted.read, len(counted.content))


async def test_a_directory_past_its_bound_is_never_read() -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        for number in range(200):
            made.writestr(f"{number:05}{'x' * 60_000}", b"")
    counted = Counted(whole.getvalue())
    assert len(counted.content) > 2 * LARGEST_DIRECTORY
    with pytest.raises(Exception, match="too many"):
        await entries_of(counted.read, len(counted.content))
    assert counted.read_bytes < 100_000
