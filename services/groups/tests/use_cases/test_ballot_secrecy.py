"""What a copy of the database tells of a ballot that is over: how many voted what, and never who (security.md)."""

import asyncio
import secrets
from datetime import timedelta
from uuid import UUID

from groups.bootstrap import Resources
from groups.storage import tables
from groups.use_cases.sweep_ballot_boxes import sweep_ballot_boxes
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.eventually import eventually
from shared.testing.service import Ground
from sqlalchemy import ColumnElement, select, text

from services.groups.tests.balloting import opened, stands, vacate, votes, voting_ends, voting_opens
from services.groups.tests.conftest import World

VOTERS = 30
# Of 30 ranks in random order, a correlation beyond 0.75 or nine in their own place come once in 100,000 runs.
CHANCE = 0.75
OWN_PLACES = 9


def correlation(ranks: list[int]) -> float:
    """Spearman's coefficient of an order with the order that it was made from."""
    number = len(ranks)
    return 1 - 6 * sum((rank - place) ** 2 for place, rank in enumerate(ranks)) / (number * (number**2 - 1))


async def test_nothing_that_is_left_joins_thirty_known_voters_to_their_votes(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await world.mark(await world.police(), panel)
    secret = await world.link(chair, panel)
    voters = [await world.member(chair, panel, secret) for _ in range(VOTERS)]
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nominations = [await stands(world, person, panel, ballot) for person in voters[:2]]
    await voting_opens(resources, ballot)
    receipts: list[str] = []
    for voter in voters:
        answer = await votes(world, voter, panel, ballot, secrets.choice(nominations))
        receipts.append(answer.json()["receipt"])
    before = await _orders(resources, ballot)
    assert max(correlation([receipts.index(receipt) for receipt in order]) for order in before) == 1  # open: a risk
    await voting_ends(resources, ballot)

    async with resources.engine.connect() as connection:
        assert (await connection.execute(select(tables.ballot_voters).where(_of(ballot)))).all() == []
        written = text("SELECT DISTINCT xmin::text FROM ballot_choices WHERE ballot_id = :ballot")
        assert len((await connection.execute(written, {"ballot": ballot})).all()) == 1
    for order in await _orders(resources, ballot):
        ranks = [receipts.index(receipt) for receipt in order]
        assert sorted(ranks) == list(range(VOTERS))
        assert abs(correlation(ranks)) < CHANCE
        assert sum(place == rank for place, rank in enumerate(ranks)) < OWN_PLACES


async def test_the_files_of_a_ballot_that_is_over_hold_no_voter_and_each_vote_once(
    world: World, chair: Principal, panel: UUID, resources: Resources, ground: Ground
) -> None:
    """Also no dead row: a copy of the disk tells as little as a copy of the tables."""
    voters = [chair, *[await world.member(chair, panel) for _ in range(3)]]
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, voters[1], panel, ballot)
    await voting_opens(resources, ballot)
    receipts = [(await votes(world, who, panel, ballot, nomination)).json()["receipt"] for who in voters]
    await voting_ends(resources, ballot)
    assert any(who.id.bytes in _file_of(ground, "ballot_voters") for who in voters)
    later = now() + timedelta(minutes=2)
    await eventually(lambda: _nobody_sees_what_was_before(ground))
    swept = await asyncio.gather(
        *(sweep_ballot_boxes(resources.unit_of_work, resources.engine, later) for _ in range(3))
    )
    assert max(swept) >= 1
    held = _file_of(ground, "ballot_voters")
    assert not any(who.id.bytes in held for who in voters)
    held = _file_of(ground, "ballot_choices")
    assert [held.count(receipt.encode()) for receipt in receipts] == [1] * len(receipts)
    assert await sweep_ballot_boxes(resources.unit_of_work, resources.engine, later) == 0


async def test_what_a_long_transaction_still_sees_is_swept_a_day_later(
    world: World, chair: Principal, panel: UUID, resources: Resources, ground: Ground
) -> None:
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, chair, panel, ballot)
    await voting_opens(resources, ballot)
    await votes(world, chair, panel, ballot, nomination)
    async with resources.engine.connect() as backup:
        await backup.execution_options(isolation_level="REPEATABLE READ")
        await backup.execute(select(tables.groups.c.id))
        await voting_ends(resources, ballot)
        await sweep_ballot_boxes(resources.unit_of_work, resources.engine, now() + timedelta(minutes=2))
        assert chair.id.bytes in _file_of(ground, "ballot_voters")
    await eventually(lambda: _nobody_sees_what_was_before(ground))
    tomorrow = now() + timedelta(days=1, minutes=1)
    assert await sweep_ballot_boxes(resources.unit_of_work, resources.engine, tomorrow) >= 1
    assert chair.id.bytes not in _file_of(ground, "ballot_voters")
    assert await sweep_ballot_boxes(resources.unit_of_work, resources.engine, tomorrow) == 0


async def test_a_receipt_rests_with_its_choice_alone(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    """Also not in the answers that are kept for whoever repeats a request."""
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    nomination = await stands(world, chair, panel, ballot)
    await voting_opens(resources, ballot)
    path = f"/groups/{panel}/ballots/{ballot}/votes"
    key = {"idempotency-key": f"a vote of {chair.id}"}
    body = {"nomination_id": str(nomination)}
    first, again = [await world.ask("POST", path, chair, body, **key) for _ in range(2)]
    assert first.json() == again.json()
    receipt = first.json()["receipt"]
    kept = {}
    async with resources.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            if not table.schema:
                kept[table.name] = str((await connection.execute(select(table))).all())
    assert [name for name, rows in kept.items() if receipt in rows] == ["ballot_choices"]


async def _nobody_sees_what_was_before(ground: Ground) -> bool:
    """What the sweep waits a minute for: no transaction is left from before, not of autovacuum's statistics either."""
    database = ground.database_url.rpartition("/")[2]
    seeing = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND backend_xmin IS NOT NULL"
    return ground.servers.postgres.run(seeing).strip() == "0"


def _file_of(ground: Ground, table: str) -> bytes:
    """What lies on the disk of a table."""
    database = ground.database_url.rpartition("/")[2]
    ground.servers.postgres.run("CHECKPOINT", database=database)
    read = f"SELECT encode(pg_read_binary_file(pg_relation_filepath('{table}')), 'hex')"
    return bytes.fromhex("".join(ground.servers.postgres.run(read, database=database).split()))


def _of(ballot: UUID) -> ColumnElement[bool]:
    return tables.ballot_voters.c.ballot_id == ballot


async def _orders(resources: Resources, ballot: UUID) -> list[list[str]]:
    """The receipts in every order that the table has: by place, by transaction, by id."""
    found = []
    async with resources.engine.connect() as connection:
        for order in ("ctid", "xmin::text::bigint, ctid", "id"):
            query = text(f"SELECT receipt FROM ballot_choices WHERE ballot_id = :ballot ORDER BY {order}")
            found.append(list((await connection.scalars(query, {"ballot": ballot})).all()))
    return found
