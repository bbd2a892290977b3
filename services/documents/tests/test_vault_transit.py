"""The root key behind Vault's transit engine.

Everything runs against a server that answers as the published API says; and against a real OpenBao or Vault where its
program is installed (`bao`, `vault`, or what `BAO` names).
"""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents.domain.errors import DoesNotFit
from documents.keys import vault_transit
from documents.keys.bootstrap import open_key_resources
from documents.keys.root_rotation import rewrap_group_keys
from documents.keys.roots import RootAway
from documents.keys.settings import KeysSettings
from documents.keys.vault_transit import VaultTransit
from pydantic import ValidationError
from shared.ids import new_id
from shared.servers.ports import free_ports

from services.documents.tests.conftest import as_documents
from services.documents.tests.own_processes import keys_environment_of, ready, running
from services.documents.tests.vault_server import KEY, PublishedTransit, RealTransit, installed

PLACE = b"a place"
SECRET = bytes(range(32))


@pytest.fixture(params=["published", "real"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    if request.param == "published":
        async with PublishedTransit().serving() as served:
            yield served
    elif program := installed():
        async with RealTransit(program).serving() as real:
            yield real
    else:
        pytest.skip("no bao or vault program on this machine")


@pytest.fixture
async def roots(server: Any, tmp_path: Path) -> AsyncIterator[VaultTransit]:
    (tmp_path / "token").write_text(f"{server.token}\n")
    opened = VaultTransit(server.url, KEY, tmp_path / "token")
    yield opened
    await opened.aclose()


async def test_a_wrapped_key_opens_in_its_own_place_alone(roots: VaultTransit) -> None:
    wrapped = await roots.wrap(1, PLACE, SECRET)
    assert SECRET not in wrapped
    assert await roots.unwrap(1, PLACE, wrapped) == SECRET
    for version, place, changed in (
        (1, b"another", wrapped),
        (2, PLACE, wrapped),
        (1, PLACE, wrapped[:-8] + b"AAAAAAA="),
        (1, PLACE, b"no ciphertext"),
        (1, PLACE, b""),
    ):
        with pytest.raises(DoesNotFit):
            await roots.unwrap(version, place, changed)


async def test_a_new_version_wraps_and_the_old_one_still_opens(roots: VaultTransit, server: Any) -> None:
    early = await roots.wrap(await roots.newest(), PLACE, SECRET)
    await server.rotate()
    assert await roots.newest() == 2
    late = await roots.wrap(2, PLACE, SECRET)
    assert (early[:9], late[:9]) == (b"vault:v1:", b"vault:v2:")
    assert await roots.unwrap(1, PLACE, early) == await roots.unwrap(2, PLACE, late) == SECRET


async def test_a_bad_token_and_a_sealed_server_are_away(roots: VaultTransit, server: Any, tmp_path: Path) -> None:
    wrapped = await roots.wrap(1, PLACE, SECRET)
    (tmp_path / "token").write_text("another")
    await _is_away(roots, wrapped)
    # A token that was renewed is taken up.
    (tmp_path / "token").write_text(server.token)
    assert await roots.unwrap(1, PLACE, wrapped) == SECRET
    await server.seal()
    await _is_away(roots, wrapped)
    (tmp_path / "token").unlink()
    await _is_away(roots, wrapped)


async def test_nobody_there_and_silence_are_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("token")
    nobody = VaultTransit(f"http://127.0.0.1:{free_ports(1)[0]}", KEY, tmp_path / "token")
    await _is_away(nobody, b"vault:v1:AAAA")
    await nobody.aclose()
    monkeypatch.setattr(vault_transit, "TOTAL_SECONDS", 0.2)
    async with PublishedTransit().serving() as served:
        served.silent = True
        silent = VaultTransit(served.url, KEY, tmp_path / "token")
        began = time.monotonic()
        await _is_away(silent, b"vault:v1:AAAA")
        assert time.monotonic() - began < 5
        await silent.aclose()


async def _is_away(roots: VaultTransit, wrapped: bytes) -> None:
    for call in (roots.newest(), roots.wrap(1, PLACE, SECRET), roots.unwrap(1, PLACE, wrapped)):
        with pytest.raises(RootAway):
            await call


async def test_a_keys_process_stands_on_it(
    server: Any, roots: VaultTransit, key_settings: KeysSettings, group: Any, superuser: Any, tmp_path: Path
) -> None:
    given = {"key_folder": None, "vault_url": server.url, "vault_token_file": tmp_path / "token"}
    settings = key_settings.model_copy(update={**given, "port": free_ports(1)[0]})
    place = {"document_id": str(new_id()), "version_id": str(new_id())}
    row = "SELECT root_version, wrapped FROM keys.group_keys WHERE group_id = $1"

    async def unwrap() -> httpx.Response:
        return await keys.post("/keys/unwrap", headers=group.chair.headers, json={**place, **wrapped})

    try:
        with running("keys", keys_environment_of(settings), tmp_path / "log", settings.port) as process:
            await ready(process)
            async with as_documents(group.issuer, f"{process.url}/groups/{group.id}") as keys:
                wrapped = (await keys.post("/keys/wrap", headers=group.chair.headers, json=place)).json()
                key = (await unwrap()).json()["key"]
                assert (await superuser.fetchrow(row, group.id))["wrapped"].startswith(b"vault:v1:")
                await server.rotate()
                async with open_key_resources(settings) as resources:
                    await rewrap_group_keys(resources)
                version, moved = await superuser.fetchrow(row, group.id)
                assert (version, moved[:9]) == (2, b"vault:v2:")
                assert (await unwrap()).json()["key"] == key
                await server.seal()
                assert (await unwrap()).status_code == 503
    finally:
        # No other test's root key opens it.
        await superuser.execute("DELETE FROM keys.group_keys WHERE group_id = $1", group.id)


def test_the_root_key_lies_in_one_place(key_settings: KeysSettings, tmp_path: Path) -> None:
    given = key_settings.model_dump()
    for change in (
        {"vault_url": "http://vault", "vault_token_file": tmp_path},
        {"key_folder": None},
        {"key_folder": None, "vault_url": "http://vault"},
    ):
        with pytest.raises(ValidationError):
            KeysSettings(**{**given, **change})
    KeysSettings(**{**given, "key_folder": None, "vault_url": "http://vault", "vault_token_file": tmp_path})
