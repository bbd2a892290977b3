"""Terms that end, posts that are given back, and who holds what (P12, P18)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.storage import tables
from groups.use_cases.issue_pass import issue_group_proof
from groups.use_cases.settle_due import settle_due
from shared.auth.passes import read_group_pass
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.issuer import Issuer
from sqlalchemy import select

from services.groups.tests.conftest import World

YEAR = timedelta(days=365)


async def appoint(
    world: World, leader: Principal, group: UUID, office: str, person: Principal, ends_at: datetime | None = None
) -> str:
    """The code of the refusal, or nothing."""
    body = {"person_id": str(person.id), "ends_at": ends_at.isoformat() if ends_at else None}
    answer = await world.ask("PUT", f"/groups/{group}/offices/{office}", leader, body)
    return "" if answer.is_success else str(answer.json()["code"])


async def offices_seen_by(world: World, viewer: Principal, group: UUID) -> dict[str, Any]:  # Any: JSON
    answer = await world.ask("GET", f"/groups/{group}/offices", viewer)
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


def holders(seen: dict[str, Any]) -> dict[str, str | None]:
    return {post["office"]: post["holder"] and post["holder"]["person_id"] for post in seen["offices"]}


async def held_then(
    resources: Resources, issuer: Issuer, who: Principal, group: UUID, moment: datetime
) -> tuple[str | None, bool]:
    """The office and the officer's right in a pass that is issued at a moment."""
    token = await issue_group_proof(resources.unit_of_work(), resources.pass_key, who, group, "messaging", moment)
    proof = read_group_pass(token, issuer.trust, audience="messaging", now=moment)
    return proof.office, proof.is_officer


async def told_of_term(resources: Resources, group: UUID, office: str) -> list[dict[str, Any]]:
    outbox = tables.metadata.tables["outbox"]
    query = select(outbox.c.envelope).where(outbox.c.routing_key == "groups.office_changed.v1").order_by(outbox.c.id)
    async with resources.engine.connect() as connection:
        payloads = [envelope["payload"] for envelope in await connection.scalars(query)]
    return [each for each in payloads if (each["group_id"], each["office"]) == (str(group), office)]


async def test_a_term_past_its_end_gives_nothing_before_anybody_has_ended_it(
    world: World, chair: Principal, panel: UUID, resources: Resources, issuer: Issuer
) -> None:
    member = await world.member(chair, panel)
    ends_at = now() + YEAR
    assert not await appoint(world, chair, panel, "secretary", member, ends_at)
    assert await held_then(resources, issuer, member, panel, ends_at - timedelta(seconds=1)) == ("secretary", True)
    assert await held_then(resources, issuer, member, panel, ends_at) == (None, False)


async def test_the_worker_ends_what_ran_out_once_and_tells_when(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    ends_at = now() + YEAR
    await appoint(world, chair, panel, "secretary", member, ends_at)
    for _ in range(2):
        await settle_due(resources.unit_of_work, ends_at + timedelta(days=2))
    told = await told_of_term(resources, panel, "secretary")
    assert [each["until"] and datetime.fromisoformat(each["until"]) for each in told] == [None, ends_at]


async def test_nothing_ends_before_its_time(world: World, chair: Principal, panel: UUID, resources: Resources) -> None:
    member = await world.member(chair, panel)
    ends_at = now() + YEAR
    await appoint(world, chair, panel, "secretary", member, ends_at)
    await settle_due(resources.unit_of_work, ends_at - timedelta(seconds=1))
    assert len(await told_of_term(resources, panel, "secretary")) == 1


async def test_the_next_appointment_ends_a_term_that_ran_out_at_its_planned_end(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    former, heir = await world.member(chair, panel), await world.member(chair, panel)
    await appoint(world, chair, panel, "secretary", former, now() + YEAR)
    ran_out = now()
    async with resources.engine.begin() as connection:
        shorter = tables.terms.update().where(tables.terms.c.person_id == former.id).values(ends_at=ran_out)
        await connection.execute(shorter)
    assert holders(await offices_seen_by(world, chair, panel))["secretary"] is None
    assert not await appoint(world, chair, panel, "secretary", former)  # anew, since the old term is over
    assert not await appoint(world, chair, panel, "secretary", heir)
    told = await told_of_term(resources, panel, "secretary")
    assert datetime.fromisoformat(told[1]["until"]) == ran_out
    assert [each["person_id"] for each in told if each["until"] is None] == [str(p.id) for p in (former, former, heir)]


@pytest.mark.parametrize("ends_at", [timedelta(seconds=-1), timedelta(days=3 * 365 + 2)])
async def test_a_term_ends_ahead_and_within_three_years(
    world: World, chair: Principal, panel: UUID, ends_at: timedelta
) -> None:
    member = await world.member(chair, panel)
    assert await appoint(world, chair, panel, "secretary", member, now() + ends_at) == "groups.no_such_end"


async def test_nobody_lengthens_their_own_term(world: World, chair: Principal, panel: UUID) -> None:
    heir, ends_at = await world.member(chair, panel), now() + YEAR
    assert not await appoint(world, chair, panel, "chair", heir, ends_at)
    for longer in (None, ends_at + timedelta(days=1)):
        refusal = await appoint(world, heir, panel, "chair", heir, longer)
        assert refusal == "groups.cannot_lengthen_your_own_term"
    assert not await appoint(world, heir, panel, "chair", heir, ends_at - timedelta(days=1))


async def test_an_officer_resigns_and_a_member_takes_nothing_back(world: World, chair: Principal, panel: UUID) -> None:
    secretary, member = await world.member(chair, panel), await world.member(chair, panel)
    await appoint(world, chair, panel, "secretary", secretary)
    path = f"/groups/{panel}/offices/secretary"
    assert (await world.ask("DELETE", path, member)).json()["code"] == "groups.not_the_leader"
    assert (await world.ask("DELETE", path, secretary)).status_code == 204
    seen = await offices_seen_by(world, member, panel)
    assert holders(seen) == {"chair": str(chair.id), "vice_chair": None, "secretary": None}
    assert [(each["office"], each["person_id"]) for each in seen["former"]] == [("secretary", str(secretary.id))]
    assert (await world.ask("DELETE", path, secretary)).json()["code"] == "groups.not_the_leader"
    assert (await world.ask("DELETE", path, chair)).status_code == 204  # vacant stays vacant


async def test_the_leader_takes_a_post_back_and_leaves_their_own_vacant(
    world: World, chair: Principal, panel: UUID
) -> None:
    secretary = await world.member(chair, panel)
    await appoint(world, chair, panel, "secretary", secretary)
    assert (await world.ask("DELETE", f"/groups/{panel}/offices/chair", secretary)).status_code == 403
    assert (await world.ask("DELETE", f"/groups/{panel}/offices/secretary", chair)).status_code == 204
    assert (await world.ask("DELETE", f"/groups/{panel}/offices/chair", chair)).status_code == 204
    assert set(holders(await offices_seen_by(world, secretary, panel)).values()) == {None}
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).status_code == 200


async def test_former_holders_show_to_who_sees_the_members(world: World, chair: Principal) -> None:
    scheme = await world.group(chair, "neighbourhood_watch")
    former, member = await world.member(chair, scheme), await world.member(chair, scheme)
    await appoint(world, chair, scheme, "deputy_coordinator", former)
    await world.ask("DELETE", f"/groups/{scheme}/offices/deputy_coordinator", chair)
    assert (await offices_seen_by(world, member, scheme))["former"] == []
    assert holders(await offices_seen_by(world, member, scheme))["coordinator"] == str(chair.id)
    for viewer in (former, chair):
        seen = (await offices_seen_by(world, viewer, scheme))["former"]
        assert [each["person_id"] for each in seen] == [str(former.id)]


async def test_the_last_one_out_archives_a_group_without_a_leader(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    await world.ask("DELETE", f"/groups/{panel}/offices/chair", chair)
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", chair)).status_code == 200
    async with resources.engine.connect() as connection:
        state = await connection.scalar(select(tables.groups.c.state).where(tables.groups.c.id == panel))
    assert state == "archived"
