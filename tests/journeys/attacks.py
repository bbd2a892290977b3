"""What staff and machines try at a group's documents. Each attack says what it got; nothing is the right answer."""

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import aiohttp
import asyncpg
import httpx
from aio_pika import Message, connect
from aio_pika.exceptions import AMQPError
from gateway.domain.policy import ROWS
from gateway.domain.rows import BodyLimit
from launcher.demo.story import Story
from shared.auth import access, passes
from shared.auth.internal import HEADER as INTERNAL_HEADER
from shared.auth.keyfiles import load_signing_key
from shared.auth.principal import Principal, Role
from shared.blobs.store import BlobStore
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import a_police_system, a_staff_member

from tests.journeys.conftest import LiveSystem
from tests.journeys.walls import Fort, Wall

KEY_ROUTES = ("keys/wrap", "keys/unwrap", "texts/seal", "texts/open", "releases")
"""Of the keys process, below a group; `/releases/{id}/open` and `/note` ask for a link and no session."""


@dataclass(frozen=True)
class Prize:
    """A group's document, with bytes and a name that must not be got."""

    group_id: UUID
    document_id: UUID
    version_id: UUID
    secrets: tuple[bytes, ...]


def a_prize(panel: Story) -> Prize:
    """A document of its own, since an attack that succeeded might do away with it."""
    word = f"kingfisher {new_id().hex}"
    content = f"%PDF-1.7 {word} in the minutes".encode()
    document_id, version_id = panel.chair.session.add_document(panel.group_id, f"About {word}.pdf", content)
    return Prize(panel.group_id, document_id, version_id, (word.encode(),))


@dataclass(frozen=True)
class Attacker:
    """A staff or machine session with a true access token, and a pass if groups were to sign one."""

    role: Role
    token: str
    group_pass: str | None

    @property
    def headers(self) -> dict[str, str]:
        shown = {passes.HEADER: self.group_pass} if self.group_pass else {}
        return {"authorization": f"Bearer {self.token}"} | shown


def attackers(live: LiveSystem, prize: Prize, fort: Fort) -> list[Attacker]:
    """One of each role of the staff and machine planes."""
    areas = frozenset({"E09000030"})
    staff = [a_staff_member(role, areas) for role in (Role.POLICE, Role.COORDINATOR, Role.ADMINISTRATOR)]
    return [_attacker(live, who, prize, fort) for who in (*staff, a_police_system())]


def _attacker(live: LiveSystem, who: Principal, prize: Prize, fort: Fort) -> Attacker:
    assert who.role is not None
    identity = load_signing_key(live.state.key_folder("identity"), access.ISSUER)
    group_pass = None
    if Wall.PASSES_FOR_MEMBERS in fort.down:
        groups = load_signing_key(live.state.key_folder("groups"), passes.ISSUER)
        proof = passes.GroupPass(who.id, prize.group_id, "chair", frozenset(passes.Right), 1)
        group_pass = passes.issue_group_pass(groups, "documents", proof, now())
    return Attacker(who.role, access.issue_access_token(identity, who, now()), group_pass)


async def everything_got(live: LiveSystem, prize: Prize, fort: Fort) -> list[str]:
    """Every attack by everybody: what was got, in words."""
    got: list[str] = []
    rows = await stolen_rows(live, prize, fort)
    async with httpx.AsyncClient(timeout=30) as client:
        for attacker in attackers(live, prize, fort):
            got += [each async for each in at_the_gateway(client, attacker, prize, fort)]
            got += [each async for each in at_the_service(client, attacker, prize, fort)]
            got += [each async for each in at_the_keys(client, attacker, prize, fort, rows)]
    got += [f"the database shows {secret!r}" for secret in prize.secrets if secret in rows.raw]
    got += [each async for each in at_the_store(live, prize, fort)]
    got += [each async for each in at_the_broker(live, fort)]
    return got


async def at_the_gateway(client: httpx.AsyncClient, by: Attacker, prize: Prize, fort: Fort) -> AsyncIterator[str]:
    """Each route of documents that the policy table knows, by its front door."""
    for row in (row for row in ROWS if row.service == "documents"):
        path = row.path.format(**ids_of(prize))
        body, kind = body_for(row.body)
        headers = kind | {"authorization": f"Bearer {by.token}"}
        answer = await client.request(row.method, fort.gateway + path, headers=headers, content=body)
        if _came_in(answer, prize):
            yield f"{by.role} at the gateway, {row.id}: {answer.status_code}"


async def at_the_service(client: httpx.AsyncClient, by: Attacker, prize: Prize, fort: Fort) -> AsyncIterator[str]:
    """The same at the service's own port, with an internal token that nobody signed."""
    for row in (row for row in ROWS if row.service == "documents"):
        path = row.path.format(**ids_of(prize))
        body, kind = body_for(row.body)
        headers = by.headers | {INTERNAL_HEADER: by.token} | kind
        answer = await client.request(row.method, fort.documents + path, headers=headers, content=body)
        if _came_in(answer, prize):
            yield f"{by.role} at documents, {row.id}: {answer.status_code}"


@dataclass(frozen=True)
class Rows:
    """What a dump of documents' database shows; empty while that wall stands."""

    raw: bytes = b""
    version: dict[str, Any] | None = None
    document: dict[str, Any] | None = None


async def stolen_rows(live: LiveSystem, prize: Prize, fort: Fort) -> Rows:
    """With the wall of the database down, everything in it."""
    if Wall.DATABASE not in fort.down:
        return Rows()
    given = live.system.access().postgres
    connection = await asyncpg.connect(**given, database="documents")
    try:
        version = await connection.fetchrow("SELECT * FROM versions WHERE id = $1", prize.version_id)
        document = await connection.fetchrow("SELECT * FROM documents WHERE id = $1", prize.document_id)
        raw = live.do(live.system._servers.dumps["documents"])
    finally:
        await connection.close()
    return Rows(raw, dict(version), dict(document))


async def at_the_keys(
    client: httpx.AsyncClient, by: Attacker, prize: Prize, fort: Fort, rows: Rows
) -> AsyncIterator[str]:
    """The keys process itself, with what was stolen from the database where it was."""
    group_id = prize.group_id
    for route in KEY_ROUTES:
        answer = await client.post(
            f"{fort.keys}/groups/{group_id}/{route}",
            headers=by.headers,
            json=_asked_of_keys(route, prize, rows),
        )
        if _came_in(answer, prize):
            yield f"{by.role} at the keys process, {route}: {answer.status_code}"
    for what in ("open", "note"):
        link = {"ref": str(new_id()), "secret": "made up"}
        answer = await client.post(f"{fort.keys}/releases/{new_id()}/{what}", json=link)
        if answer.status_code < 400:
            yield f"a made-up link at the keys process, {what}: {answer.status_code}"


async def at_the_store(live: LiveSystem, prize: Prize, fort: Fort) -> AsyncIterator[str]:
    """Every port without a credential; with that wall down also every object, with the service's own."""
    store: Any = live.system._servers.running["store"]
    tried = itertools.product(store.ports.items(), ("/", "/documents", "/documents/?list-type=2"))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session:
        for told in await asyncio.gather(*(_knock(session, name, port, path) for (name, port), path in tried)):
            if told:
                yield told
    if Wall.STORE_AND_BROKER in fort.down:
        given = live.system.access().stores["documents"]
        blobs = BlobStore(**given)
        try:
            async for blob in blobs.list():
                async with blobs.get(blob.key) as reading:
                    content = blob.key.encode() + b"".join([piece async for piece in reading])
                if any(secret in content for secret in prize.secrets):
                    yield f"the object {blob.key} shows what is in it"
        finally:
            await blobs.aclose()


async def _knock(session: aiohttp.ClientSession, name: str, port: int, path: str) -> str | None:
    try:
        async with session.get(f"http://127.0.0.1:{port}{path}", allow_redirects=False) as answer:
            return f"the store's port {name} answers {path} with {answer.status}" if answer.status < 400 else None
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


async def at_the_broker(live: LiveSystem, fort: Fort) -> AsyncIterator[str]:
    """Documents' queue is read, and its exchange written to, as another service would."""
    for thief in ("identity", "groups", "messaging"):
        connection = await connect(live.system._settings[f"{thief.upper()}_AMQP_URL"])
        async with connection:
            for attempt in ("read documents.events", "write documents"):
                channel = await connection.channel()
                try:
                    if attempt.startswith("read"):
                        await (await channel.get_queue("documents.events", ensure=False)).get(fail=False)
                    else:
                        exchange = await channel.get_exchange("documents", ensure=False)
                        await exchange.publish(Message(b"{}"), "documents.release_created.v1", timeout=5)
                except (AMQPError, TimeoutError):
                    continue
                yield f"{thief} could {attempt}"


def ids_of(prize: Prize) -> dict[str, str]:
    """What the placeholders of documents' paths stand for; what is not there is made up."""
    known = {
        "group_id": str(prize.group_id),
        "document_id": str(prize.document_id),
        "version_id": str(prize.version_id),
    }
    return {name: known.get(name, str(new_id())) for name in PLACEHOLDERS}


PLACEHOLDERS = {
    part.strip("{}") for row in ROWS for part in row.path.split("/") if row.service == "documents" and part[:1] == "{"
}


def body_for(limit: BodyLimit) -> tuple[bytes | None, dict[str, str]]:
    """Some body of the kind that a row takes, with its type."""
    match limit:
        case BodyLimit.NONE:
            return None, {}
        case BodyLimit.FORM:
            return b"ref=0&secret=made+up", {"content-type": "application/x-www-form-urlencoded"}
        case BodyLimit.DOCUMENT:
            return b"x", {"content-type": "application/octet-stream"}
        case _:
            asked = {"name": "x", "readers": "members", "length": 1}
            return json.dumps(asked).encode(), {"content-type": "application/json"}


def _came_in(answer: httpx.Response, prize: Prize) -> bool:
    # Whoever is told that their request was wrong, or what documents has not, was let in to ask it.
    is_asked = answer.status_code < 400 or answer.status_code == 422 or '"code":"documents.' in answer.text
    return is_asked or any(secret in answer.content for secret in prize.secrets)


def _asked_of_keys(route: str, prize: Prize, rows: Rows) -> dict[str, Any]:
    version = rows.version or {}
    document = rows.document or {}
    document_id = str(version.get("document_id", prize.document_id))
    version_id = str(version.get("id", prize.version_id))
    wrapped = base64.urlsafe_b64encode(version.get("wrapped_key", b"x" * 60)).decode()
    sealed = base64.urlsafe_b64encode(document.get("sealed_name", b"x" * 100)).decode()
    place = {"document_id": document_id, "version_id": version_id}
    asked: dict[str, dict[str, Any]] = {
        "keys/wrap": place,
        "keys/unwrap": {**place, "epoch": version.get("key_epoch", 1), "wrapped": wrapped},
        "texts/seal": {"document_id": document_id, "texts": {"name": "x"}},
        "texts/open": {
            "texts": [
                {
                    "document_id": document_id,
                    "kind": "name",
                    "epoch": document.get("texts_epoch", 1),
                    "sealed": sealed,
                }
            ]
        },
        "releases": {
            **place,
            "release_id": str(new_id()),
            "epoch": version.get("key_epoch", 1),
            "wrapped": wrapped,
            "name_epoch": document.get("texts_epoch", 1),
            "sealed_name": sealed,
            "note_epoch": None,
            "sealed_note": None,
            "expires_at": now().isoformat(),
            "download_limit": None,
        },
    }
    return asked[route]
