"""What breaks in the middle of a send: everyone has exactly one distinct mail, repeated copies are few and counted."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest
from launcher.demo.mailbox import wait_for
from launcher.demo.story import Story
from ourwatch_client import MemberSession
from shared.contracts.envelope import Envelope, Event
from shared.contracts.groups import MembershipChanged
from shared.contracts.identity import ContactChanged, PersonChanged
from shared.ids import new_id

from tests.journeys.conftest import LiveSystem

pytestmark = pytest.mark.timeout(400)

MEMBERS = 1000
IN_FLIGHT = 25  # a sub-batch, for each chunk that a worker has in hand
CHUNKS_AT_ONCE = 4
DOWN_SECONDS = 20


@dataclass(frozen=True)
class Watch:
    """A group with many members, and its chair."""

    group_id: UUID
    chair: MemberSession
    addresses: frozenset[str]


@pytest.fixture(scope="module")
def watch(live: LiveSystem, panel: Story) -> Watch:
    """1,000 members more, told to messaging by events over the broker, as identity and groups tell theirs."""
    chair = panel.residents[14]
    panel.codes.enrol(chair.email, chair.session.add_authenticator())
    chair.session.confirm_authenticator(panel.codes.next(chair.email))
    group_id = chair.session.found_group(
        kind="community_group", name=f"Large {panel.run}", purpose="Many", visibility="hidden", area="E05009317"
    )
    people = {new_id(): f"member-{number}.{panel.run}@example.net" for number in range(MEMBERS)}
    tell(
        live,
        "identity",
        [PersonChanged(person_id=p, display_name="A", state="active", area=None, version=1) for p in people],
    )
    tell(live, "identity", [ContactChanged(person_id=p, email=email, version=1) for p, email in people.items()])
    tell(
        live,
        "groups",
        [
            MembershipChanged(membership_id=new_id(), group_id=group_id, person_id=p, state="active", version=1)
            for p in people
        ],
    )

    def all_known() -> bool:
        counted = (
            "SELECT count(*) FROM known_memberships m JOIN known_contacts c ON c.id = m.person_id"
            f" JOIN known_persons p ON p.id = m.person_id WHERE m.group_id = '{group_id}'"
        )
        return asyncio.run(fetch(live, "messaging", counted)) == MEMBERS + 1

    wait_for("messaging to know all members", all_known, seconds=120)
    return Watch(group_id, chair.session, frozenset((*people.values(), chair.email)))


def tell(live: LiveSystem, service: str, events: list[Event]) -> None:
    rows = [
        (e.event_id, e.type, json.dumps(e.model_dump(mode="json"))) for e in (Envelope.of(x, service) for x in events)
    ]

    async def insert() -> None:
        connection = await asyncpg.connect(owner_url(live, service))
        try:
            await connection.executemany(
                "INSERT INTO outbox (event_id, routing_key, envelope) VALUES ($1, $2, $3)", rows
            )
        finally:
            await connection.close()

    asyncio.run(insert())


async def fetch(live: LiveSystem, service: str, query: str) -> int:
    connection = await asyncpg.connect(owner_url(live, service))
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


def owner_url(live: LiveSystem, service: str) -> str:
    return live.system._settings[f"{service.upper()}_OWNER_DATABASE_URL"].replace("+asyncpg", "")


def break_in_the_middle(panel: Story, watch: Watch, break_it: Callable[[], None]) -> None:
    """Sends, breaks something once the first have arrived, and counts at the far end."""
    subject = f"To everybody {new_id().hex[-8:]}"
    before = panel.post.count()
    message_id = watch.chair.send_message(watch.group_id, subject, "Please read this.")
    wait_for("the first mails", lambda: panel.post.count() > before)
    assert panel.post.count() < before + len(watch.addresses), "it was over before anything broke"
    break_it()

    def delivery() -> dict[str, int] | None:
        figures: dict[str, int] = watch.chair.read_message(watch.group_id, message_id)["delivery"]
        return figures if figures["queued"] == 0 else None

    figures = wait_for("every recipient to have a final state", delivery, seconds=240)
    copies = [mail for mail in panel.post.all() if mail["Subject"] == subject]
    ids: dict[str, set[str]] = {}
    for mail in copies:
        ids.setdefault(str(mail["Delivered-To"]).lower(), set()).add(str(mail["Message-ID"]))
    assert set(ids) == watch.addresses
    assert Counter(map(len, ids.values())) == {1: len(watch.addresses)}
    repeated = len(copies) - len(watch.addresses)
    print(f"{len(copies)} copies for {len(ids)} mailboxes, {repeated} repeated; counted: {figures}")
    assert figures["sent"] == len(watch.addresses)
    assert repeated <= figures["repeated"] <= IN_FLIGHT * CHUNKS_AT_ONCE


def test_a_worker_killed_in_the_middle_of_a_send_repeats_at_most_what_was_in_flight(
    live: LiveSystem, panel: Story, watch: Watch
) -> None:
    break_in_the_middle(panel, watch, lambda: live.kill("messaging-worker"))


def test_a_broker_down_for_twenty_seconds_in_the_middle_of_a_send_loses_nobody(
    live: LiveSystem, panel: Story, watch: Watch
) -> None:
    def down_for_a_while() -> None:
        broker = live.take_down("rabbitmq")
        time.sleep(DOWN_SECONDS)
        live.bring_back("rabbitmq", broker)

    break_in_the_middle(panel, watch, down_for_a_while)
