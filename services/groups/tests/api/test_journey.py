"""The journey of product.md, as far as groups answers for it."""

from uuid import UUID

from shared.auth.principal import Principal

from services.groups.tests.conftest import World


async def test_a_panel_is_founded_joined_marked_and_looked_at(world: World, chair: Principal, panel: UUID) -> None:
    member = await world.member(chair, panel)
    assert (await world.passed(member, panel)).status_code == 200
    police = await world.police()
    marked = await world.mark(police, panel)
    assert marked.status_code == 201, marked.text
    checked = await world.ask("POST", "/markings/check", None, {"statement": marked.json()["statement"]})
    assert checked.json()["standing"] == "current", checked.text
    seen = await world.ask("GET", f"/staff/groups/{panel}/memberships?purpose=Routine+check", police)
    assert len(seen.json()["members"]) == 2, seen.text
    ledger = await world.ask("GET", f"/groups/{panel}/ledger", chair)
    assert ledger.json()["looks"][0]["purpose"] == "Routine check", ledger.text
