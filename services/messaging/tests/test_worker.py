"""The worker as a process of its own: from the request over the broker to the mailbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from messaging.settings import Settings
from shared.testing.eventually import eventually

from services.messaging.tests.conftest import Group
from services.messaging.tests.processes import running


@pytest.fixture
async def worker(settings: Settings, tmp_path: Path) -> AsyncIterator[None]:
    async with running("worker", settings, tmp_path / "log"):
        yield


async def test_a_message_goes_from_the_request_to_the_mailbox(group: Group, worker: None) -> None:
    people = [group.chair, *[await group.add() for _ in range(30)]]
    message_id = await group.write()

    async def all_sent() -> bool:
        return (await group.figures(message_id))["sent"] == len(people)

    await eventually(all_sent)
    assert [len(group.mails(person.email)) for person in people] == [1] * len(people)
