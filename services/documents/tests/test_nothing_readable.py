"""P19: what rests is sealed. After a whole journey no file of any server, and no log, holds a readable byte of it."""

import base64
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from documents.bootstrap import Resources
from shared.ids import new_id
from shared.testing.client import AsGateway

MARKERS = tuple(f"marker{secrets.token_hex(12)}".encode() for _ in range(4))
NAME, DESCRIPTION = (f"what {marker.decode()} said" for marker in MARKERS[:2])
TAG = MARKERS[3].decode()
CONTENT = (MARKERS[2] + b": the panel agreed to the following") * 3000


@pytest.fixture
async def gateway(served: Any, group: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.url, auth=AsGateway(group.issuer, "documents"), timeout=60) as client:
        yield client


def forms_of(marker: bytes) -> list[bytes]:
    """The marker as text, in hex as a database shows bytes, in base64 at each of its three offsets, in UTF-16."""
    shifted = [base64.b64encode(b"x" * n + marker)[4 if n else 0 : -4] for n in range(3)]
    return [marker, marker.hex().encode(), marker.decode().encode("utf-16-le"), *shifted]


def holding(folder: Path, forms: list[bytes]) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            found += [f"{path.name}: {form!r}" for form in forms if form in content]
    return found


def test_a_marker_is_found_in_each_of_its_forms(tmp_path: Path) -> None:
    text = b"some words " + MARKERS[0] + b" and more"
    for number, written in enumerate((text, text.hex().encode(), base64.b64encode(text))):
        (tmp_path / str(number)).write_bytes(written)
    forms = forms_of(MARKERS[0])
    assert len({line.partition(":")[0] for line in holding(tmp_path, forms)}) == 3


async def test_no_file_of_any_server_and_no_log_holds_a_readable_byte(
    group: Any,
    gateway: httpx.AsyncClient,
    served: Any,
    keys_process: Any,
    ground: Any,
    forward: Any,
    resources: Resources,
    superuser: Any,
) -> None:
    chair = group.chair
    chair.client = gateway
    body = {"name": NAME, "description": DESCRIPTION, "readers": "members", "tags": [TAG]}
    key = {"idempotency-key": "kept-with-its-answer"}
    made = await chair.ask("POST", "/documents", json=body, headers=key)
    assert (await chair.ask("POST", "/documents", json=body, headers=key)).json() == made.json()
    folder = await chair.folder(f"all about {TAG}")
    await chair.change(made.json()["id"], folder_id=folder, name=NAME + " again")
    await chair.change(made.json()["id"], name=NAME)
    assert len((await chair.ask("GET", "/documents/search", params={"q": TAG})).json()["documents"]) == 1
    path = await chair.declare(made.json()["id"], len(CONTENT))
    assert (await chair.put(path, CONTENT)).status_code == 200
    assert (await chair.ask("GET", path)).content == CONTENT
    assert (await chair.ask("GET", "/documents")).json()["documents"][0]["name"] == NAME
    (link,) = await forward(chair, path)
    assert (await gateway.post(f"/releases/{link.release_id}/download", data=link.form)).content == CONTENT
    # Refusals that quote what was sent would end in the log.
    await chair.ask("POST", "/documents", json={**body, "readers": NAME})
    await chair.ask("GET", f"/documents/{new_id()}?after={NAME}")

    await superuser.execute("CHECKPOINT")
    forms = [form for marker in (*MARKERS, link.secret.encode()) for form in forms_of(marker)]
    assert holding(Path(ground.servers.folder), forms) == []
    # The search would find them: what is sealed lies in these very folders.
    assert len(holding(Path(ground.servers.folder), await _sealed(resources, superuser, made.json()["id"]))) >= 2
    for log in (served.log, keys_process.log):
        assert [form for form in forms if form in log.read_bytes()] == []
    assert await _rows_holding(superuser, forms) == []


async def _sealed(resources: Resources, superuser: Any, document_id: str) -> list[bytes]:
    asked = (
        "SELECT d.sealed_name, v.object_key FROM documents d JOIN versions v ON v.document_id = d.id WHERE d.id = $1"
    )
    row = await superuser.fetchrow(asked, UUID(document_id))
    async with resources.store.get(row["object_key"], 0, 63) as reading:
        return [row["sealed_name"], b"".join([piece async for piece in reading])]


async def _rows_holding(superuser: Any, forms: list[bytes]) -> list[str]:
    tables = await superuser.fetch(
        "SELECT format('%I.%I', schemaname, tablename) name FROM pg_tables WHERE schemaname IN ('public', 'keys')"
    )
    assert len(tables) > 10
    found = []
    for table in tables:
        for row in await superuser.fetch(f"SELECT to_jsonb(t)::text shown FROM {table['name']} t"):
            shown = json.dumps(json.loads(row["shown"])).encode()
            found += [f"{table['name']}: {form!r}" for form in forms if form in shown]
    return found
