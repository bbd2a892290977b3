"""P18: what starts after the answer to a removal or suspension gets nothing, while twenty clients are at it."""

import asyncio
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

import asyncpg
import httpx
import pytest
from launcher.demo.mailbox import wait_for
from launcher.demo.people import Resident
from launcher.demo.story import Story, refusal_of
from shared.clock import now

from tests.journeys.conftest import LiveSystem

pytestmark = pytest.mark.timeout(300)
CLIENTS = 20
END_SECONDS = 60


@dataclass
class Readers:
    """Twenty clients of one member, each in a loop over list, whole download, range and search."""

    panel: Story
    reader: Resident
    over: threading.Event = field(default_factory=threading.Event)
    early: list[int] = field(default_factory=list)
    late: list[tuple[str, int]] = field(default_factory=list)
    """What came back of requests that started before, and after, the answer that ended it."""

    def asked(self) -> list[tuple[str, dict[str, str], int]]:
        """The routes, with what each answers who may."""
        at, document = f"/groups/{self.panel.group_id}", f"documents/{self.panel.document_id}"
        content = f"{at}/{document}/versions/{self.panel.version_id}/content"
        return [
            (f"{at}/documents", {}, 200),
            (content, {}, 200),
            (content, {"range": "bytes=5-104"}, 206),
            (f"{at}/documents/search?q={self.panel.minutes.name[:7]}", {}, 200),
        ]

    def loop(self, http: httpx.Client, turn: int) -> None:
        """Goes round until each of the routes was asked once more after the end."""
        routes = itertools.cycle(self.asked())
        for _ in range(turn):
            next(routes)
        left = len(self.asked())
        while left:
            path, headers, welcome = next(routes)
            token = self.reader.session.access_token()
            starts_late = self.over.is_set()
            status = http.get(path, headers=headers | {"authorization": f"Bearer {token}"}).status_code
            if starts_late:
                self.late.append((path, status))
                left -= 1
            else:
                self.early.append(status)
                assert status in {welcome, 404}, (path, status)

    def until(self, end: Callable[[], None]) -> None:
        """Begins, ends it when all are under way, and looks at what came back."""
        limits = httpx.Limits(max_connections=CLIENTS)
        with (
            httpx.Client(base_url=self.panel.ground.url, timeout=END_SECONDS, limits=limits) as http,
            ThreadPoolExecutor(CLIENTS) as pool,
        ):
            clients = [pool.submit(self.loop, http, turn) for turn in range(CLIENTS)]
            try:
                wait_for("all to be under way", lambda: len(self.early) > 3 * CLIENTS)
                end()
            finally:
                self.over.set()
            for client in clients:
                client.result(END_SECONDS)
        assert self.early.count(206) > 0
        assert self.early.count(200) > 2 * CLIENTS
        assert [each for each in self.late if each[1] != 404] == []
        assert len(self.late) == CLIENTS * len(self.asked())


def read_until_removed(panel: Story, leaver: Resident) -> None:
    remove = partial(panel.chair.session.remove, panel.group_id, leaver.session.account_id, "Moved away")
    Readers(panel, leaver).until(remove)
    no_message_either(panel, leaver)


def no_message_either(panel: Story, leaver: Resident) -> None:
    assert refusal_of(lambda: leaver.session.messages(panel.group_id)) is not None
    assert not [m for m in leaver.session.inbox() if m["group_id"] == str(panel.group_id)]


def read_until_suspended(panel: Story, reader: Resident) -> None:
    chair, membership = panel.chair.session, f"/groups/{panel.group_id}/memberships/{reader.session.account_id}"
    suspension = {"until": (now() + timedelta(days=1)).isoformat(), "reason": "For a day"}
    try:
        Readers(panel, reader).until(lambda: chair.call("POST", f"{membership}/suspend", json=suspension))
        no_message_either(panel, reader)
    finally:
        chair.call("POST", f"{membership}/resume")
    assert reader.session.documents(panel.group_id)


def test_a_removal_bites_on_the_next_request(panel: Story) -> None:
    read_until_removed(panel, panel.residents[22])


def test_a_suspension_bites_on_the_next_request(panel: Story) -> None:
    read_until_suspended(panel, panel.residents[21])


def test_both_bite_with_the_broker_stopped(live: LiveSystem, panel: Story) -> None:
    broker = live.take_down("rabbitmq")
    try:
        read_until_suspended(panel, panel.residents[21])
        read_until_removed(panel, panel.residents[23])
    finally:
        live.bring_back("rabbitmq", broker)


def test_both_bite_with_events_held_back(live: LiveSystem, panel: Story) -> None:
    """However long: while they bite, the news of them lies with groups and has reached nobody."""
    leaver = panel.residents[24]
    person_id = leaver.session.account_id
    with live.held("groups-worker"):
        read_until_suspended(panel, panel.residents[21])
        read_until_removed(panel, leaver)
        assert untold(live, person_id) == 1
    wait_for("the removal to be told", lambda: untold(live, person_id) == 0)


def untold(live: LiveSystem, person_id: UUID) -> int:
    """How many changes of this person's membership nobody has been told of."""
    return asyncio.run(_untold(live, person_id))


async def _untold(live: LiveSystem, person_id: UUID) -> int:
    connection = await asyncpg.connect(**live.system.access().postgres, database="groups")
    try:
        news = "routing_key LIKE 'groups.membership_changed.%' AND envelope::text LIKE $1"
        asked = f"SELECT count(*) FROM outbox WHERE {news}"
        return int(await connection.fetchval(asked, f"%{person_id}%"))
    finally:
        await connection.close()
