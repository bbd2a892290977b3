"""The largest document, up and down, which `./ourwatch soak gigabyte` runs; each process stays under 192 MiB."""

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from launcher.demo.story import Story

from tests.journeys.conftest import LiveSystem

pytestmark = pytest.mark.timeout(900)

LENGTH = 1 << 30
PIECE = 64 << 10
MOST_MEMORY = 192 << 20
CARRYING = ("gateway-api", "documents-api", "documents-keys", "groups-api", "identity-api")


def pieces() -> Iterator[bytes]:
    """Plain text, no two pieces alike, made as it is sent."""
    for number in range(LENGTH // PIECE):
        line = f"{number:08x} {hashlib.sha256(number.to_bytes(8)).hexdigest()[:54]}\n".encode()
        yield line * (PIECE // len(line))


def peak_of(live: LiveSystem, name: str) -> int:
    """The most resident memory that a process ever had, in bytes."""
    part = live.system.supervisor._watched[name].what
    status = Path(f"/proc/{part.pid}/status").read_text()  # type: ignore[attr-defined]  # every process of ours has one
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found.group(1)) << 10


def test_one_gibibyte_goes_up_and_comes_down(live: LiveSystem, panel: Story) -> None:
    chair, documents = panel.chair.session, f"/groups/{panel.group_id}/documents"
    before = {name: peak_of(live, name) for name in CARRYING}
    sent, came = hashlib.sha256(), hashlib.sha256()

    def digested() -> Iterator[bytes]:
        for piece in pieces():
            sent.update(piece)
            yield piece

    document = chair.call("POST", documents, json={"name": "Everything.txt", "readers": "members"})["id"]
    version = chair.call("POST", f"{documents}/{document}/versions", json={"length": LENGTH})["id"]
    content = f"{documents}/{document}/versions/{version}/content"
    began = time.monotonic()
    assert chair.transport.upload(content, LENGTH, digested())["ready_at"]
    up = time.monotonic()
    length = 0
    with panel.residents[2].session.transport.download("GET", content) as answer:
        for piece in answer.iter_bytes(PIECE):
            came.update(piece)
            length += len(piece)
    down = time.monotonic()
    peaks = {name: peak_of(live, name) for name in CARRYING}
    print(f"\nup {up - began:.0f} s, down {down - up:.0f} s; peaks in MiB, before and after:")
    for name, peak in peaks.items():
        print(f"  {name:16} {before[name] >> 20:4} {peak >> 20:4}")
    assert (length, came.digest()) == (LENGTH, sent.digest())
    assert [name for name, peak in peaks.items() if peak >= MOST_MEMORY] == []
