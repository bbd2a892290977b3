from typing import Any


async def test_the_main_journey(world: Any, chair: Any, panel: Any) -> None:
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
