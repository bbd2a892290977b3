"""A new office holder finds in one answer who does what, who waits, and where to go on."""

from uuid import UUID

from shared.auth.principal import Principal

from services.groups.tests.balloting import opened, vacate
from services.groups.tests.conftest import World


async def test_a_new_officer_finds_who_does_what_and_what_waits(world: World, chair: Principal, panel: UUID) -> None:
    secret = await world.link(chair, panel)
    secretary, asker = await world.member(chair, panel, secret), await world.asker(chair, panel, secret)
    await world.ask("PUT", f"/groups/{panel}/offices/secretary", chair, {"person_id": str(secretary.id)})
    await world.mark(await world.police(), panel)
    await world.ask("POST", f"/groups/{panel}/priorities", chair, {"text": "Speeding", "agreed_on": "2026-11-01"})
    await vacate(world, chair, panel)
    ballot = await opened(world, chair, panel)
    pack = (await world.ask("GET", f"/groups/{panel}/handover", secretary)).json()
    assert pack["my_office"] == "secretary"
    assert [(each["office"], each["is_vacant"]) for each in pack["offices"]] == [
        ("chair", True), ("vice_chair", True), ("secretary", False),
    ]  # fmt: skip
    assert [(each["person_id"], each["reason"]) for each in pack["waiting"]] == [(str(asker.id), "I live here")]
    assert [each["id"] for each in pack["ballots"]] == [str(ballot)]
    assert (pack["members"], pack["kept_people"], pack["open_priorities"]) == (2, 0, 1)
    assert [each["authority"] for each in pack["markings"]] == ["police"]


async def test_it_is_for_officers_and_what_it_shows_the_way_to_is_theirs(
    world: World, chair: Principal, panel: UUID
) -> None:
    member = await world.member(chair, panel)
    assert (await world.ask("GET", f"/groups/{panel}/handover", member)).json()["code"] == "groups.not_an_officer"
    ways = (await world.ask("GET", f"/groups/{panel}/handover", chair)).json()["look_here"]
    assert "second factor" in ways[0]["what"]
    here = [way["path"] for way in ways if way["path"].startswith((f"/groups/{panel}/ledger", f"/groups/{panel}/pre"))]
    assert [(await world.ask("GET", path, chair)).status_code for path in here] == [200, 200]
