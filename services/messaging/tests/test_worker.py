"""The worker as a process of its own: from the request over the broker to the mailbox."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from messaging.settings import Settings
from pydantic import SecretStr
from shared.servers.ports import free_ports
from shared.testing.eventually import answering, eventually

from services.messaging.tests.conftest import Group


@pytest.fixture
async def worker(settings: Settings, tmp_path: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    port = free_ports(1)[0]
    environment = {
        f"MESSAGING_{name.upper()}": str(value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings.model_dump().items()
    }
    environment |= {"MESSAGING_PORT": str(port)}
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "messaging", "worker"]
        started = subprocess.Popen(  # noqa: ASYNC220 - it runs beside the test
            command, env={**os.environ, **environment}, stdout=log, stderr=log
        )

    await answering(f"http://127.0.0.1:{port}/health/ready")
    yield started
    started.terminate()
    assert started.wait(20) == 0


async def test_a_message_goes_from_the_request_to_the_mailbox(group: Group, worker: object) -> None:
    people = [group.chair, *[await group.add() for _ in range(30)]]
    message_id = await group.write()

    async def all_sent() -> bool:
        return (await group.figures(message_id))["sent"] == len(people)

    await eventually(all_sent)
    assert [len(group.mails(person.email)) for person in people] == [1] * len(people)
