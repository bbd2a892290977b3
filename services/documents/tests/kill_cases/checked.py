"""Everything that clients remember, compared with what there is once all has come back."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from documents.bootstrap import Resources
from documents.commands.fsck import fsck
from documents.keys.bootstrap import KeyResources
from documents.keys.epochs import destroy_old_keys, move_to_newest
from documents.use_cases.destroy_binned_documents import destroy_binned_documents
from documents.worker import sweep
from shared.clock import now
from shared.testing.eventually import eventually
from shared.testing.service import Ground

from services.documents.tests.conftest import Actor
from services.documents.tests.kill_cases.asking import asked
from services.documents.tests.kill_cases.client import Client, compare
from services.documents.tests.kill_cases.remembered import Broken, Place, Remembered
from services.documents.tests.kill_cases.rows import check_rows, is_anything_due
from services.documents.tests.kill_cases.stored import waiting_keys

LATER = timedelta(hours=2)
"""When no request of today can still ask with an old epoch."""


@dataclass
class Compared:
    """What was looked at so far, and the newest epoch of each group's key."""

    documents: int = 0
    versions: int = 0
    bytes_read: int = 0
    epochs: dict[UUID, int] = field(default_factory=dict)


@dataclass
class Checker:
    """All clients of a group are among `clients`. What lay in the store before is none of ours: `others`."""

    resources: Resources
    keys: KeyResources
    ground: Ground
    clients: Sequence[Client]
    others: frozenset[str]
    compared: Compared = field(default_factory=Compared)

    async def check(self) -> Compared:
        """Ends what was left under way, as worker, keys process and operator do; then looks at everything. Nobody
        works meanwhile. Raises Broken.
        """
        groups = {client.actor.proof.group_id: client.actor for client in self.clients}
        await sweep(self.resources, timedelta(0))
        await eventually(self._destroy_what_is_due, within=60)
        for group_id, actor in groups.items():
            await move_to_newest(self.keys, group_id)
            await destroy_old_keys(self.keys, group_id, now() + LATER)
            await self._check_group(actor, [each for each in self.clients if each.actor.proof.group_id == group_id])
        findings = [found async for found in fsck(self.resources, self.keys, now()) if found.detail not in self.others]
        if findings:
            raise Broken("fsck: " + "; ".join(map(str, findings)))
        if waiting := await waiting_keys(self.resources.store) - self.others:
            raise Broken(f"parts of {waiting} wait for nobody")
        return self.compared

    async def _destroy_what_is_due(self) -> bool:
        await destroy_binned_documents(self.resources.unit_of_work, self.resources.store, self.resources.keys, now())
        return not await is_anything_due(self.ground)

    async def _check_group(self, actor: Actor, clients: Sequence[Client]) -> None:
        in_vault = {each["id"]: each["name"] async for each in _paged(actor, "/documents")}
        in_bin = {each["id"]: each["name"] async for each in _paged(actor, "/bin")}
        for client in clients:
            _adopt(client, in_vault)
        documents = [document for client in clients for document in client.documents]
        for document in documents:
            if document.place is Place.EITHER:
                document.place = Place.VAULT if document.id in in_vault else Place.BIN
        _same("the vault", in_vault.keys(), documents, Place.VAULT)
        _same("the bin", in_bin.keys(), documents, Place.BIN)
        for document in documents:
            if document.place is Place.VAULT:
                await self._check_versions(actor, document)
            elif document.place is Place.LEAVING:
                await _check_gone(actor, document)
        self.compared.epochs[actor.proof.group_id] = await check_rows(self.ground, actor, documents)
        self.compared.documents += len(documents)

    async def _check_versions(self, actor: Actor, document: Remembered) -> None:
        told = (await asked(actor, "GET", f"/documents/{document.id}")).json()
        compare(document, told)
        document.names = {told["name"]}
        shown = {version["id"] for version in told["versions"]}
        for version_id, content in document.open.items():
            # After the sweep a version is ready or there is none.
            if version_id in shown:
                document.ready[version_id] = content
            elif (await asked(actor, "HEAD", document.path(version_id))).status_code != 404:
                raise Broken(f"{document.path(version_id)} is half there")
        document.open.clear()
        for version_id, content in document.ready.items():
            answer = await asked(actor, "GET", document.path(version_id))
            if answer.status_code != 200 or answer.content != content.bytes():
                raise Broken(f"{document.path(version_id)} does not read back: {answer.status_code}")
            self.compared.versions += 1
            self.compared.bytes_read += content.length


def _adopt(client: Client, in_vault: dict[str, str]) -> None:
    # What was asked for without an answer is there once, or not at all.
    known = {document.id for document in client.documents}
    found = [(id_, name) for id_, name in in_vault.items() if id_ not in known and name in client.unsure]
    if twice := [name for name, times in Counter(name for _, name in found).items() if times > 1]:
        raise Broken(f"added twice: {twice}")
    client.documents += [Remembered(id_, {name}) for id_, name in found]
    client.unsure.clear()


async def _check_gone(actor: Actor, document: Remembered) -> None:
    document.place = Place.GONE
    tried = [("GET", f"/documents/{document.id}"), ("POST", f"/bin/{document.id}/restore")]
    tried += [("GET", document.path(version_id)) for version_id in document.ready]
    for method, path in tried:
        if (await asked(actor, method, path)).status_code != 404:
            raise Broken(f"{method} {path}: it was destroyed")


async def _paged(actor: Actor, path: str) -> AsyncIterator[Any]:  # Any: JSON
    after = ""
    while True:
        answer = await asked(actor, "GET", f"{path}?limit=50{after}")
        if answer.status_code != 200:
            raise Broken(f"{path}: {answer.status_code} {answer.text[:300]}")
        page = answer.json()
        for each in page["documents"]:
            yield each
        if page["next"] is None:
            return
        after = f"&after={page['next']}"


def _same(where: str, shown: Any, documents: Sequence[Remembered], place: Place) -> None:  # Any: keys of a dict
    known = {document.id for document in documents if document.place is place}
    if set(shown) != known:
        raise Broken(f"{where} lacks {known - set(shown)} and shows {set(shown) - known}")
