"""A thief has all that documents-api is given: its database role, bucket, broker user and files. Nothing opens."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import httpx
import pytest
from aio_pika import Message, connect
from aio_pika.exceptions import AMQPError
from documents.domain.errors import DoesNotFit
from documents.keys.wrapping import place_of_document_key, unwrap
from documents.storage.key_messages import DOCUMENTS, KEYS
from launcher.demo.story import Story
from launcher.environment import environment_of
from launcher.processes import PROCESSES
from shared.auth.internal import HEADER as INTERNAL_HEADER
from shared.auth.internal import issue_internal_token, key_name
from shared.auth.keyfiles import SigningKey, load_signing_key
from shared.auth.passes import HEADER as PASS_HEADER
from shared.auth.passes import GroupPass, Right, issue_group_pass
from shared.blobs.store import BlobStore
from shared.clock import now
from shared.ids import new_id

from tests.journeys.conftest import LiveSystem, Stranger

pytestmark = pytest.mark.timeout(300)
OTHERS_QUEUES = ("identity.events", "groups.events", "messaging.events", "messaging.sending")


@dataclass
class Thief:
    """What was stolen, and the secrets that must not be read: a document's name, a folder's, and a content."""

    given: dict[str, str]
    panel: Story
    secrets: tuple[bytes, ...]

    async def tables(self, group_id: UUID | None) -> dict[str, list[dict[str, Any]]]:
        """All that the role may read, having named a group, since who holds the role can name any."""
        connection = await self.connect()
        try:
            names = await connection.fetch(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                "AND relkind IN ('r', 'p', 'v') AND has_table_privilege(oid, 'SELECT')"
            )
            async with connection.transaction():
                if group_id is not None:
                    await connection.execute("SELECT set_config('documents.group', $1, true)", str(group_id))
                rows = {name: await connection.fetch(f'SELECT * FROM public."{name}"') for (name,) in names}
            return {name: [dict(row) for row in found] for name, found in rows.items()}
        finally:
            await connection.close()

    async def connect(self) -> Any:  # Any: asyncpg has no types
        return await asyncpg.connect(self.given["DOCUMENTS_DATABASE_URL"].replace("postgresql+asyncpg", "postgresql"))

    async def stolen(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The panel's document and its version, as they lie there."""
        tables = await self.tables(self.panel.group_id)
        [document] = [row for row in tables["documents"] if row["id"] == self.panel.document_id]
        [version] = [row for row in tables["versions"] if row["id"] == self.panel.version_id]
        return document, version

    def shown_in(self, *values: object) -> list[bytes]:
        """The secrets that can be read in these."""
        seen = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)
        return [secret for secret in self.secrets if secret in seen]


@pytest.fixture
def thief(live: LiveSystem, panel: Story) -> Thief:
    folder = f"Cormorant {panel.run}"
    panel.chair.session.call("POST", f"/groups/{panel.group_id}/folders", json={"name": folder})
    [api] = [process for process in PROCESSES if process.name == "documents-api"]
    given = environment_of(api, live.system._settings, live.system._places[api.name])
    return Thief(given, panel, (panel.minutes.name.encode(), folder.encode(), panel.minutes.marker.encode()))


async def test_its_database_role_reads_ciphertext_and_ids(thief: Thief) -> None:
    tables = await thief.tables(thief.panel.group_id)
    assert {"documents", "versions", "folders", "document_ledger"} <= {name for name, rows in tables.items() if rows}
    values = [value for rows in tables.values() for row in rows for value in row.values()]
    assert thief.shown_in(*values) == []
    # Without the name of a group, no document is there; and where the keys lie there is no way in.
    assert not (await thief.tables(None))["documents"]
    connection = await thief.connect()
    try:
        for table in ("group_keys", "release_wraps"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM keys.{table}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SET ROLE documents_keys")
    finally:
        await connection.close()


async def test_nothing_that_it_reads_unwraps_the_key_of_a_version(thief: Thief) -> None:
    _, version = await thief.stolen()
    tables = await thief.tables(thief.panel.group_id)
    ids = (thief.panel.group_id, thief.panel.document_id, thief.panel.version_id)
    place = place_of_document_key(*ids, version["key_epoch"])
    found = [value for rows in tables.values() for row in rows for value in row.values() if isinstance(value, bytes)]
    assert version["wrapped_key"] in found
    for blob in found:
        for start in range(max(1, len(blob) - 31)):
            with pytest.raises(DoesNotFit):
                unwrap(blob[start : start + 32], place, version["wrapped_key"])


async def test_its_bucket_shows_ciphertext(live: LiveSystem, thief: Thief) -> None:
    _, version = await thief.stolen()
    blobs = BlobStore(**live.system.access().stores["documents"])
    keys = []
    try:
        async for blob in blobs.list():
            keys.append(blob.key)
            async with blobs.get(blob.key) as reading:
                content = b"".join([piece async for piece in reading])
            assert thief.shown_in(blob.key, content) == [], blob.key
    finally:
        await blobs.aclose()
    assert version["object_key"] in keys


async def test_its_broker_user_reads_and_writes_nobody_elses(thief: Thief) -> None:
    assert [each async for each in _at_the_broker(thief.given["DOCUMENTS_AMQP_URL"])] == []


async def _at_the_broker(url: str) -> AsyncIterator[str]:
    async with await connect(url) as connection:
        for how, what in (*product(["read"], OTHERS_QUEUES), *product(["write"], ("identity", "groups", "messaging"))):
            channel = await connection.channel()
            try:
                if how == "read":
                    await (await channel.get_queue(what, ensure=False)).get(fail=False)
                else:
                    exchange = await channel.get_exchange(what, ensure=False)
                    await exchange.publish(Message(b"{}"), f"{what}.made_up.v1", timeout=5)
            except (AMQPError, TimeoutError):
                continue
            yield f"{how} {what}"


def test_its_files_hold_no_private_key_but_its_own(thief: Thief) -> None:
    given = thief.given
    assert [name for name in given if "KEY_FOLDER" in name] == ["DOCUMENTS_KEY_FOLDER"]
    assert [path.stem for path in Path(given["DOCUMENTS_KEY_FOLDER"]).iterdir()] == [key_name(KEYS, DOCUMENTS)]
    published = list(Path(given["DOCUMENTS_TRUST_FOLDER"]).iterdir())
    assert published
    assert not [path for path in published if '"d"' in path.read_text()]


async def test_the_keys_process_opens_nothing_for_it(live: LiveSystem, thief: Thief, a_stranger: Stranger) -> None:
    panel, (document, version) = thief.panel, await thief.stolen()
    chair, stranger = panel.chair.session, a_stranger("fence")
    own_group = new_id()

    def proof(person_id: UUID, group_id: UUID) -> str:
        groups = load_signing_key(live.state.key_folder("groups"), "groups")
        given = GroupPass(person_id, group_id, "chair", frozenset(Right), 1)
        return issue_group_pass(groups, "documents", given, now())

    theirs = {"authorization": f"Bearer {stranger.access_token()}"}
    # What groups truly signed for the stranger, who leads a group of their own.
    own = theirs | {PASS_HEADER: proof(stranger.account_id, own_group)}
    police = {"authorization": f"Bearer {panel.police.session.access_token()}"}
    own_key = load_signing_key(Path(thief.given["DOCUMENTS_KEY_FOLDER"]), key_name(KEYS, DOCUMENTS))
    keys = Keys(thief.given["DOCUMENTS_KEYS_URL"], own_key, document, version)
    assert keys.begin(own_group, own) == 200
    tried = {
        "nobody": keys.open(panel.group_id, {}),
        "a made-up token": keys.open(panel.group_id, {"authorization": "Bearer made.up.token"}),
        "a stranger": keys.open(panel.group_id, theirs),
        "a stranger with the pass of their own group": keys.open(panel.group_id, own),
        "a stranger in their own group": keys.open(own_group, own),
        "police": keys.open(panel.group_id, police),
        "police with a stranger's pass": keys.open(own_group, police | {PASS_HEADER: own[PASS_HEADER]}),
    }
    assert {what: got for what, got in tried.items() if got != NOTHING} == {}
    # What was asked is right in itself: both proofs of a living member open it, as is promised and not more.
    living = {"authorization": f"Bearer {chair.access_token()}", PASS_HEADER: proof(chair.account_id, panel.group_id)}
    assert keys.open(panel.group_id, living) == Opened(key=True, name=True)


class Opened(NamedTuple):
    """Whether the key of a version was told, and the name of its document."""

    key: bool
    name: bool


NOTHING = Opened(key=False, name=False)


@dataclass
class Keys:
    """The keys process, asked as documents asks it, about what was stolen."""

    url: str
    own_key: SigningKey
    document: dict[str, Any]
    version: dict[str, Any]

    def open(self, group_id: UUID, headers: dict[str, str]) -> Opened:
        """What it tells who asks for the key of the version, and for the name of the document."""
        document_id = str(self.document["id"])
        wrapped = {"epoch": self.version["key_epoch"], "wrapped": _b64(self.version["wrapped_key"])}
        key = {"document_id": document_id, "version_id": str(self.version["id"]), **wrapped}
        sealed = {"epoch": self.document["texts_epoch"], "sealed": _b64(self.document["sealed_name"])}
        name = {"texts": [{"document_id": document_id, "kind": "name", **sealed}]}
        told_key = self._ask(group_id, "keys/unwrap", headers, key)
        told_name = self._ask(group_id, "texts/open", headers, name)
        for answer in (told_key, told_name):
            assert answer.is_success or answer.is_client_error
        # A text that does not open is told as none.
        return Opened(told_key.is_success, told_name.is_success and told_name.json()["texts"] != [None])

    def begin(self, group_id: UUID, headers: dict[str, str]) -> int:
        """Has a group's first key made."""
        body = {"document_id": str(new_id()), "version_id": str(new_id())}
        return self._ask(group_id, "keys/wrap", headers, body).status_code

    def _ask(self, group_id: UUID, what: str, headers: dict[str, str], body: dict[str, Any]) -> httpx.Response:
        path = f"/groups/{group_id}/{what}"
        asked = headers | {INTERNAL_HEADER: issue_internal_token(self.own_key, KEYS, "POST", path, now(), DOCUMENTS)}
        return httpx.post(self.url + path, headers=asked, json=body, timeout=20)


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()
