"""A worker is killed, cut off and hung up on in the middle of a send: everybody has one mail, few twice (P28).

With broker, database and mail server besides, sends of 5,000 and a hundred kills: `./ourwatch soak sends`.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from shared.testing.client import signed
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer, a_group_pass, a_member
from shared.testing.private_servers import Addresses
from shared.testing.service import Ground, prepare

from services.messaging.tests.kill_cases.counted import IN_HAND, Counted, compare, deliveries_of
from services.messaging.tests.kill_cases.crowd import Crowd, as_superuser, gather
from services.messaging.tests.kill_cases.cut_off import cut_off
from services.messaging.tests.kill_cases.keeper import Keeper, serving
from services.messaging.tests.kill_cases.stage import Stage, set_stage

pytestmark = pytest.mark.timeout(300)

MAILBOXES = 900
CHUNKS = 2
KILLS = 3
BETWEEN = 60
"""Mails from one fault to the next."""


@pytest.fixture
def own_ground(servers: Addresses, test_worker: str) -> Ground:
    """A database and a virtual host that no other test works in."""
    return replace(prepare(servers, "messaging", f"{test_worker}_kills"), worker=test_worker)


@pytest.fixture
async def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
async def stage(own_ground: Ground, tmp_path: Path, keeper: Keeper) -> AsyncIterator[Stage]:
    # Of its own: what is sealed to messaging elsewhere is sealed to the key that is trusted there.
    issuer = Issuer(tmp_path / "issuer")
    async with serving(keeper) as url, set_stage(own_ground, issuer, tmp_path, url, workers=2) as built:
        yield built


async def write(stage: Stage, crowd: Crowd) -> tuple[str, dict[str, str]]:
    """The message's path, and the headers of who may look at it."""
    chair = a_member(crowd.people[0].id)
    headers = signed(stage.issuer, chair, "messaging", a_group_pass(chair, crowd.group_id, office="chair"))
    path, told = f"/groups/{crowd.group_id}/messages", {"subject": "To everybody", "body": "Please read this."}
    answer = await stage.client.post(path, headers=headers, json=told)
    assert answer.status_code == 202, answer.text
    return f"{path}/{answer.json()['id']}", headers


async def counted(stage: Stage, crowd: Crowd, keeper: Keeper, send_id: UUID) -> Counted:
    connection = await as_superuser(stage.ground)
    try:
        deliveries = await deliveries_of(connection, send_id)
    finally:
        await connection.close()
    assert keeper.copies.keys() == {each.email for each in crowd.people}
    return compare({each.tag: keeper.copies[each.email] for each in crowd.people}, deliveries)


async def test_everybody_has_one_mail_whatever_happens_to_the_worker(stage: Stage, keeper: Keeper) -> None:
    crowd = await gather(stage.ground, stage.resources, mailboxes=MAILBOXES)
    await asyncio.gather(*(worker.start() for worker in stage.workers))
    message, headers = await write(stage, crowd)

    keeper.hang_up_after(BETWEEN)
    await keeper.stand_still_after(2 * BETWEEN)
    assert await cut_off(stage.ground)
    keeper.go_on()
    async with asyncio.TaskGroup() as starting:
        for number in range(KILLS):
            await keeper.stand_still_after(BETWEEN)
            worker = stage.workers[number % len(stage.workers)]
            worker.kill()
            starting.create_task(worker.start())
            keeper.go_on()

    async def figures() -> dict[str, int] | None:
        told: dict[str, int] = (await stage.client.get(message, headers=headers)).json()["delivery"]
        return told if told["queued"] == 0 else None

    told = await eventually(figures, within=60)
    count = await counted(stage, crowd, keeper, UUID(message.rpartition("/")[2]))
    assert (told["sent"], told["failed"], told["withheld"]) == (count.sent, 0, count.withheld) == (MAILBOXES, 0, 0)
    # It was in the middle of things, no more than what was in hand went twice, and all that did is shown.
    assert 0 < count.repeated <= count.counted <= IN_HAND * CHUNKS * (KILLS + 1) + 1
    assert told["repeated"] == count.counted
