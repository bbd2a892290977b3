"""What an officer changes of a document, and what it takes with it (P18, P20)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from shared.auth.passes import Right
from shared.clock import now


async def test_everything_that_may_change_does_and_the_rest_stays(group: Any) -> None:
    chair = group.chair
    document = await chair.add("Minutes", description="of May", tags=["one"])
    day = str((now() + timedelta(days=3)).date())
    assert (await chair.change(document, name="Minutes of June"))["description"] == "of May"
    changed = await chair.change(document, tags=["two", "drei"], is_pinned=True, expires_on=day, keep_until=day)
    assert changed["name"] == "Minutes of June"
    assert changed["tags"] == ["two", "drei"]
    assert changed["pinned_at"]
    assert changed["expires_on"] == changed["keep_until"] == changed["leaves_on"] == day
    cleared = await chair.change(document, description=None, tags=[], is_pinned=False, expires_on=None, keep_until=None)
    assert [cleared[name] for name in ("description", "tags", "pinned_at", "expires_on", "keep_until")] == [
        None, [], None, None, None,
    ]  # fmt: skip
    assert (await group.member.ask("GET", f"/documents/{document}")).json() == cleared


async def test_tags_rest_sealed_and_open_in_their_own_place_alone(group: Any, superuser: Any) -> None:
    chair = group.chair
    one, two = await chair.add('["stolen"]', tags=["burglary"]), await chair.add("two", tags=["parking"])
    assert b"burglary" not in await superuser.fetchval("SELECT sealed_tags FROM documents WHERE id = $1", one)
    for source, column in ((two, "sealed_tags"), (one, "sealed_name")):
        swap = f"UPDATE documents SET sealed_tags = (SELECT {column} FROM documents WHERE id = $1) WHERE id = $2"
        await superuser.execute(swap, source, one)
        answer = await chair.ask("GET", f"/documents/{one}")
        assert (answer.status_code, answer.json()["code"]) == (409, "documents.damaged")


async def test_twenty_changes_at_once_lose_none(group: Any) -> None:
    chair = group.chair
    document = await chair.add("before", description="before", tags=["before"])
    await asyncio.gather(
        *(
            chair.change(document, **change)
            for number in range(7)
            for change in ({"name": f"n{number}"}, {"description": f"d{number}"}, {"tags": [f"t{number}"]})
        )
    )
    found = (await chair.ask("GET", f"/documents/{document}")).json()
    assert "before" not in {found["name"], found["description"], *found["tags"]}


async def test_a_document_that_becomes_the_officers_is_gone_for_members_at_once(group: Any) -> None:
    path = await group.chair.upload(b"ours")
    document = path.split("/")[2]
    assert (await group.member.ask("GET", path)).status_code == 200
    await group.chair.change(document, readers="officers")
    for asked in (path, f"/documents/{document}"):
        assert (await group.member.ask("GET", asked)).status_code == 404
    assert (await group.member.ask("GET", "/documents?pinned=false")).json()["documents"] == []


async def test_pinned_documents_can_be_asked_for(group: Any) -> None:
    chair = group.chair
    pinned, other = await chair.add("pinned"), await chair.add("other")
    hidden = await chair.add("hidden", "officers")
    for document in (pinned, hidden):
        await chair.change(document, is_pinned=True)
    listed = (await group.member.ask("GET", "/documents?pinned=true")).json()["documents"]
    assert [each["id"] for each in listed] == [pinned]
    listed = (await group.member.ask("GET", "/documents?pinned=false")).json()["documents"]
    assert [each["id"] for each in listed] == [other]


async def test_only_officers_change_a_document(group: Any) -> None:
    document = await group.chair.add()
    for actor in (group.member, group.person(rights=frozenset({Right.FORWARD}))):
        answer = await actor.ask("PATCH", f"/documents/{document}", json={"name": "x"})
        assert (answer.status_code, answer.json()["code"]) == (403, "documents.only_officers")


async def test_another_groups_document_is_not_changed(group: Any, new_group: Any) -> None:
    document = await group.chair.add()
    assert (await new_group().chair.ask("PATCH", f"/documents/{document}", json={"name": "x"})).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": None},
        {"name": ""},
        {"readers": None},
        {"readers": "everybody"},
        {"tags": None},
        {"tags": ["x"] * 11},
        {"tags": ["x" * 31]},
        {"tags": [""]},
        {"is_pinned": None},
        {"expires_on": "tomorrow"},
        {"group_id": "other"},
        {"deleted_at": None},
    ],
)
async def test_what_makes_no_sense_changes_nothing(group: Any, body: dict[str, Any]) -> None:
    document = await group.chair.add("Minutes")
    before = (await group.chair.ask("GET", f"/documents/{document}")).json()
    assert (await group.chair.ask("PATCH", f"/documents/{document}", json=body)).status_code == 422
    assert (await group.chair.ask("GET", f"/documents/{document}")).json() == before


@pytest.mark.parametrize("name", ["expires_on", "keep_until"])
async def test_a_day_that_has_come_is_refused(group: Any, name: str) -> None:
    document = await group.chair.add("Minutes")
    answer = await group.chair.ask("PATCH", f"/documents/{document}", json={name: str(now().date())})
    assert (answer.status_code, answer.json()["code"]) == (422, "documents.date_has_passed")
