"""While a leader is away, or there is none, the deputy has the leader's powers (P12)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.domain.errors import NotTheLeader
from groups.storage import tables
from groups.use_cases.issue_pass import issue_group_proof
from groups.use_cases.let_forward import stop_forwarding
from shared.auth.principal import Principal
from shared.clock import now
from sqlalchemy import select

from services.groups.tests.api.test_offices import appoint, offices_seen_by
from services.groups.tests.conftest import World

DAY = timedelta(days=1)


@pytest.fixture
async def deputy(world: World, chair: Principal, panel: UUID) -> Principal:
    person = await world.member(chair, panel)
    assert not await appoint(world, chair, panel, "vice_chair", person)
    return person


async def leads(resources: Resources, who: Principal, group: UUID, moment: datetime) -> bool:
    """Whether an act that is the leader's alone goes through at a moment."""
    try:
        await stop_forwarding(resources.unit_of_work(), who, group, who.id, moment)
    except NotTheLeader:
        return False
    return True


async def away(resources: Resources, group: UUID, days: int) -> None:
    """As if nobody had been seen for so many days."""
    async with resources.engine.begin() as connection:
        seen = tables.terms.update().where(tables.terms.c.group_id == group, tables.terms.c.until.is_(None))
        await connection.execute(seen.values(last_seen_on=now().date() - days * DAY))


async def stood_in_by(world: World, viewer: Principal, group: UUID) -> str | None:
    leading = (await offices_seen_by(world, viewer, group))["offices"][0]
    found: str | None = leading["stood_in_by"]
    return found


async def test_the_deputy_stands_in_after_thirty_days_and_until_the_leader_is_seen(
    world: World, chair: Principal, panel: UUID, deputy: Principal, resources: Resources
) -> None:
    today = now()
    assert not await leads(resources, deputy, panel, today + 29 * DAY)
    assert await leads(resources, deputy, panel, today + 30 * DAY)
    await issue_group_proof(resources.unit_of_work(), resources.pass_key, chair, panel, "messaging", today + 30 * DAY)
    assert not await leads(resources, deputy, panel, today + 30 * DAY)
    assert not await leads(resources, deputy, panel, today + 59 * DAY)
    assert await leads(resources, deputy, panel, today + 60 * DAY)


async def test_no_other_officer_stands_in(
    world: World, chair: Principal, panel: UUID, deputy: Principal, resources: Resources
) -> None:
    secretary = await world.member(chair, panel)
    await appoint(world, chair, panel, "secretary", secretary)
    assert not await leads(resources, secretary, panel, now() + 400 * DAY)
    assert await leads(resources, deputy, panel, now() + 400 * DAY)


async def test_who_stands_in_fills_other_posts_and_never_the_leading_one(
    world: World, chair: Principal, panel: UUID, deputy: Principal, resources: Resources
) -> None:
    member = await world.member(chair, panel)
    await away(resources, panel, 30)
    assert await stood_in_by(world, member, panel) == str(deputy.id)
    assert not await appoint(world, deputy, panel, "secretary", member)
    for person in (member, deputy):
        assert await appoint(world, deputy, panel, "chair", person) == "groups.not_the_leader"
    assert (await world.ask("DELETE", f"/groups/{panel}/offices/chair", deputy)).status_code == 403
    removal = await world.ask("POST", f"/groups/{panel}/memberships/{chair.id}/remove", deputy, {"reason": "Away"})
    assert removal.json()["code"] == "groups.leader_stays"
    assert (await world.ask("POST", f"/groups/{panel}/absence", deputy, {"until": "2099-01-01"})).status_code == 403
    assert await stood_in_by(world, member, panel) == str(deputy.id)
    assert not await appoint(world, chair, panel, "secretary", deputy)  # the leader acts, and so is there
    assert await stood_in_by(world, member, panel) is None


async def test_a_leader_who_says_to_be_away_is_stood_in_for_at_once_and_until_then(
    world: World, chair: Principal, panel: UUID, deputy: Principal, resources: Resources
) -> None:
    until = {"until": (now().date() + 5 * DAY).isoformat()}
    assert (await world.ask("POST", f"/groups/{panel}/absence", chair, until)).status_code == 204
    assert await stood_in_by(world, deputy, panel) == str(deputy.id)
    assert await leads(resources, deputy, panel, now() + 5 * DAY)
    assert not await leads(resources, deputy, panel, now() + 6 * DAY)
    for _ in range(2):
        assert (await world.ask("DELETE", f"/groups/{panel}/absence", chair)).status_code == 204
    assert await stood_in_by(world, deputy, panel) is None


@pytest.mark.parametrize("until", ["2020-01-01", "2099-01-01", "tomorrow", None])
async def test_an_absence_ends_on_a_day_of_the_coming_year(
    world: World, chair: Principal, panel: UUID, until: str | None
) -> None:
    assert (await world.ask("POST", f"/groups/{panel}/absence", chair, {"until": until})).status_code == 422


async def test_the_deputy_stands_in_where_the_leading_office_is_vacant(
    world: World, chair: Principal, panel: UUID, deputy: Principal
) -> None:
    await world.ask("DELETE", f"/groups/{panel}/offices/chair", chair)
    assert await stood_in_by(world, chair, panel) == str(deputy.id)
    assert not await appoint(world, deputy, panel, "secretary", chair)


async def test_of_a_leader_alone_it_is_kept_when_they_were_seen_and_only_while_they_lead(
    world: World, chair: Principal, panel: UUID, deputy: Principal, resources: Resources
) -> None:
    await away(resources, panel, 3)
    for person in (chair, deputy):
        assert (await world.passed(person, panel)).status_code == 200
    assert await _seen(resources, chair, panel) == now().date()
    assert await _seen(resources, deputy, panel) == now().date() - 3 * DAY
    await world.ask("DELETE", f"/groups/{panel}/offices/chair", chair)
    assert await _seen(resources, chair, panel) is None


async def _seen(resources: Resources, who: Principal, group: UUID) -> object:
    query = select(tables.terms.c.last_seen_on).where(
        tables.terms.c.group_id == group, tables.terms.c.person_id == who.id
    )
    async with resources.engine.connect() as connection:
        return await connection.scalar(query)
