"""Somebody who works in a vault while what serves it is killed, and remembers what was answered."""

import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from documents.storage.parts import PART

from services.documents.tests.conftest import Actor
from services.documents.tests.kill_cases.asking import Asking
from services.documents.tests.kill_cases.days import Days
from services.documents.tests.kill_cases.remembered import Broken, Content, Place, Remembered

LENGTHS = (1, 16384, 16385, 300_000, 3_000_000)
RAW = {"content-type": "application/octet-stream"}


class Client:
    """Changes documents of its own, and looks at those of others. In `unsure` are names of documents that were asked
    for without an answer.
    """

    def __init__(
        self, actor: Actor, rng: random.Random, days: Days, tally: Counter[str], of_group: list[Remembered]
    ) -> None:
        """`of_group` are the documents of all who share it."""
        self.actor, self.documents, self.unsure = actor, list[Remembered](), set[str]()
        self._asking, self._rng, self._days = Asking(actor, rng, tally), rng, days
        self._of_group = of_group

    async def act(self) -> None:
        """One act, at random. Raises Broken."""
        acts = {
            self._add_whole: 5,
            self._add_in_parts: 3,
            self._leave_half_sent: 2,
            self._read: 4,
            self._watch: 12,
            self._look: 3,
            self._rename: 2,
            self._bin: 4,
            self._restore: 2,
            self._let_it_end: 3,
        }
        (act,) = self._rng.choices(list(acts), list(acts.values()))
        await act()

    async def _add_whole(self) -> None:
        if (version := await self._declared(self._rng.choice(LENGTHS))) is not None:
            document, version_id = version
            path, content = document.path(version_id), document.open[version_id].bytes()
            if await self._asking.until_answered("PUT", path, 200, content=content, headers=RAW) is not None:
                document.ready[version_id] = document.open.pop(version_id)

    async def _add_in_parts(self) -> None:
        if (version := await self._declared(self._rng.randrange(PART + 1, 3 * PART))) is None:
            return
        document, version_id = version
        path, content, kept = document.path(version_id), document.open[version_id].bytes(), 0
        while (state := await self._asking.until_answered("HEAD", path, 204)) is not None:
            offset = int(state.headers["upload-offset"])
            if offset < kept:
                raise Broken(f"{path}: {kept} bytes were kept safely, and are now {offset}")
            if state.headers["upload-complete"] == "?1":
                document.ready[version_id] = document.open.pop(version_id)
                return
            piece = content[offset : offset + self._rng.choice((PART // 2, PART, PART + 5, 3 * PART))]
            sent = await self._asking.once("PATCH", path, 200, 204, 409, content=piece, headers=_resumed(offset))
            kept = int(sent.headers["upload-offset"]) if sent is not None else offset

    async def _leave_half_sent(self) -> None:
        if (version := await self._declared(self._rng.randrange(2, 2 * PART))) is None:
            return
        document, version_id = version
        path, content = document.path(version_id), document.open[version_id]
        cut = _cut(content.bytes()[: self._rng.randrange(1, content.length)])
        whole = self._rng.random() < 0.5
        headers = RAW | {"content-length": str(content.length)} if whole else _resumed(0)
        with contextlib.suppress(_Cut):
            await self._asking.once("PUT" if whole else "PATCH", path, 200, 204, content=cut, headers=headers)
        if self._rng.random() < 0.7:
            await self._days.pass_for_version(version_id)

    async def _read(self) -> None:
        document = self._one_in(Place.VAULT)
        if document is not None and document.ready:
            version_id, content = self._rng.choice(list(document.ready.items()))
            await self._compare_part(document.path(version_id), content, 206)

    async def _watch(self) -> None:
        # What somebody sends just now is there wholly, or not at all.
        sent = [
            (each.path(version_id), content) for each in self._of_group for version_id, content in each.open.items()
        ]
        if sent:
            await self._compare_part(*self._rng.choice(sent[-5:]), 206, 404)

    async def _compare_part(self, path: str, content: Content, *due: int) -> None:
        first, last = sorted(self._rng.randrange(content.length) for _ in range(2))
        answer = await self._asking.once("GET", path, *due, headers={"range": f"bytes={first}-{last}"})
        if answer is not None and answer.status_code == 206 and answer.content != content.bytes()[first : last + 1]:
            raise Broken(f"{path}: other bytes than those that were sent")

    async def _look(self) -> None:
        if document := self._one_in(Place.VAULT):
            answer = await self._asking.once("GET", f"/documents/{document.id}", 200)
            if answer is not None:
                compare(document, answer.json())

    async def _rename(self) -> None:
        if document := self._one_in(Place.VAULT):
            name = self._new_name()
            answer = await self._asking.change("PATCH", f"/documents/{document.id}", 200, json={"name": name})
            document.names = {name} if answer is not None else {*document.names, name}

    async def _bin(self) -> None:
        if document := self._one_in(Place.VAULT):
            answer = await self._asking.change("DELETE", f"/documents/{document.id}", 204)
            document.place = Place.BIN if answer is not None else Place.EITHER

    async def _restore(self) -> None:
        if document := self._one_in(Place.BIN):
            answer = await self._asking.change("POST", f"/bin/{document.id}/restore", 200)
            document.place = Place.VAULT if answer is not None else Place.EITHER

    async def _let_it_end(self) -> None:
        if document := self._one_in(Place.BIN):
            document.place = Place.LEAVING
            await self._days.pass_in_bin(document.id)

    async def _declared(self, length: int) -> tuple[Remembered, str] | None:
        document = self._one_in(Place.VAULT)
        if document is None or self._rng.random() < 0.6:
            document = await self._added()
        if document is None:
            return None
        path = f"/documents/{document.id}/versions"
        answer = await self._asking.change("POST", path, 201, json={"length": length})
        if answer is None:
            return None
        version_id = str(answer.json()["id"])
        document.open[version_id] = Content(self._rng.randrange(1 << 30), length)
        return document, version_id

    async def _added(self) -> Remembered | None:
        name = self._new_name()
        answer = await self._asking.change("POST", "/documents", 201, json={"name": name, "readers": "members"})
        if answer is None:
            self.unsure.add(name)
            return None
        document = Remembered(answer.json()["id"], {name})
        self.documents.append(document)
        self._of_group.append(document)
        return document

    def _one_in(self, place: Place) -> Remembered | None:
        known = [document for document in self.documents if document.place is place]
        return self._rng.choice(known) if known else None

    def _new_name(self) -> str:
        return f"Minutes {self._rng.randrange(1 << 60)}"


def compare(document: Remembered, told: Any) -> None:  # Any: JSON
    """What the service tells of a document with what its client knows. Raises Broken."""
    if told["name"] not in document.names:
        raise Broken(f"{document.id} is called {told['name']!r}, none of {document.names}")
    if not all(version["ready_at"] for version in told["versions"]):
        raise Broken(f"{document.id} shows a version that is not ready")
    shown = {version["id"] for version in told["versions"]}
    if lost := document.ready.keys() - shown:
        raise Broken(f"{document.id} has lost {lost}")
    if unknown := shown - document.ready.keys() - document.open.keys():
        raise Broken(f"{document.id} shows {unknown}, which nobody sent")


class _Cut(Exception):
    """The sender goes away."""


async def _cut(sent: bytes) -> AsyncIterator[bytes]:
    yield sent
    raise _Cut


def _resumed(offset: int) -> dict[str, str]:
    return {"content-type": "application/partial-upload", "upload-offset": str(offset), "upload-complete": "?0"}
