"""The processes as they are started in life: from the environment alone."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from groups.settings import Settings
from shared.testing.eventually import answering
from shared.testing.service import Ground


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="session")
async def environment(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("groups-processes")
    given = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GROUPS_")},
        **ground.environment,
        "GROUPS_OWNER_DATABASE_URL": ground.owner_database_url,
        "GROUPS_SIGN_DATABASE_URL": ground.role_url("groups_sign"),
        "GROUPS_TRUST_FOLDER": str(folder / "trust"),
        "GROUPS_KEY_FOLDER": str(folder / "keys"),
        "GROUPS_SIGN_KEY_FOLDER": str(folder / "sign"),
        "GROUPS_SIGN_URL": "http://127.0.0.1:9",
        "GROUPS_EMAIL_TAG_KEY": "a tag key that only this test has",
    }
    for command in ("migrate", "make-keys"):
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "groups", command, env=given)
        assert await process.wait() == 0
    return given


@pytest.fixture(params=["api", "worker", "sign"])
async def port(request: pytest.FixtureRequest, environment: dict[str, str]) -> AsyncIterator[int]:
    port = _free_port()
    given = environment | {"GROUPS_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "groups", request.param, env=given)
    yield port
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 30) in {0, -15}


async def test_each_process_says_that_it_is_ready(port: int) -> None:
    await answering(f"http://127.0.0.1:{port}/health/ready")


@pytest.mark.parametrize("name", ["DATABASE_URL", "EMAIL_TAG_KEY", "KEY_FOLDER", "SIGN_URL"])
async def test_a_missing_setting_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], name: str
) -> None:
    for each, value in environment.items():
        if each.startswith("GROUPS_"):
            monkeypatch.setenv(each, value)
    monkeypatch.delenv(f"GROUPS_{name}")
    with pytest.raises(ValueError, match=name.lower()):
        Settings()
