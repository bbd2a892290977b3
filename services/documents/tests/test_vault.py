"""A group's vault: what is in it, and who sees what of it (P19, P20)."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from shared.auth.passes import Right
from shared.ids import new_id


async def test_an_officer_adds_a_document_and_a_member_reads_its_name(group: Any) -> None:
    document_id = await group.chair.add("Minutes of May – Größe.pdf", description="What we said.\nAnd did.")
    found = await group.member.ask("GET", f"/documents/{document_id}")
    assert found.status_code == 200
    assert found.json()["name"] == "Minutes of May – Größe.pdf"
    assert found.json()["description"] == "What we said.\nAnd did."
    assert found.json()["versions"] == []


async def test_a_member_may_not_add(group: Any) -> None:
    answer = await group.member.ask("POST", "/documents", json={"name": "x", "readers": "members"})
    assert (answer.status_code, answer.json()["code"]) == (403, "documents.only_officers")


async def test_a_forwarder_may_not_add_nor_delete(group: Any) -> None:
    document_id = await group.chair.add()
    forwarder = group.person(rights=frozenset({Right.FORWARD}))
    assert (await forwarder.ask("POST", "/documents", json={"name": "x", "readers": "members"})).status_code == 403
    assert (await forwarder.ask("DELETE", f"/documents/{document_id}")).status_code == 403


async def test_a_member_cannot_tell_an_officers_document_from_none(group: Any) -> None:
    path = await group.chair.upload(b"only for us", "Secret plan", readers="officers")
    document = path.removesuffix("/content").rpartition("/versions")[0]
    member = group.member
    nothing = await member.ask("GET", f"/documents/{new_id()}")
    for hidden in (document, path):
        answer = await member.ask("GET", hidden)
        assert answer.status_code == 404
        assert {**answer.json(), "correlation_id": ""} == {**nothing.json(), "correlation_id": ""}
        assert answer.headers.keys() == nothing.headers.keys()
    assert (await member.ask("GET", "/documents")).json()["documents"] == []
    assert len((await group.chair.ask("GET", "/documents")).json()["documents"]) == 1


async def test_another_groups_document_is_not_found(group: Any, new_group: Callable[[], Any]) -> None:
    path = await group.chair.upload(b"ours")
    document = path.partition("/versions")[0]
    other = new_group().chair
    assert (await other.ask("GET", document)).status_code == 404
    assert (await other.ask("GET", path)).status_code == 404
    assert (await other.ask("DELETE", document)).status_code == 404
    assert (await other.put(path, b"hers")).status_code == 404
    assert (await other.ask("POST", f"{document}/versions", json={"length": 4})).status_code == 404


async def test_pages_go_from_the_newest_to_the_oldest(group: Any) -> None:
    chair = group.chair
    for number in range(5):
        await chair.add(f"number {number}")
    first = (await chair.ask("GET", "/documents?limit=3")).json()
    second = (await chair.ask("GET", f"/documents?limit=3&after={first['next']}")).json()
    assert [d["name"] for d in first["documents"]] == ["number 4", "number 3", "number 2"]
    assert [d["name"] for d in second["documents"]] == ["number 1", "number 0"]
    assert second["next"] is None


async def test_a_deleted_document_is_hidden_with_its_content(group: Any, superuser: Any) -> None:
    path = await group.chair.upload(b"gone")
    document = path.partition("/versions")[0]
    assert (await group.chair.ask("DELETE", document)).status_code == 204
    for asked in (document, path):
        assert (await group.chair.ask("GET", asked)).status_code == 404
    assert (await group.chair.ask("DELETE", document)).status_code == 404
    assert (await group.chair.ask("GET", "/documents")).json()["documents"] == []
    kept = "SELECT deleted_at IS NOT NULL FROM documents WHERE id = $1"
    assert await superuser.fetchval(kept, document.rpartition("/")[2])


async def test_twenty_repeated_posts_add_one_document(group: Any) -> None:
    chair = group.chair
    body = {"name": "Once", "readers": "members"}
    headers = {"idempotency-key": "the-same-key-twenty-times"}
    answers = await asyncio.gather(*(chair.ask("POST", "/documents", json=body, headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await chair.ask("GET", "/documents")).json()["documents"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x"},
        {"name": "", "readers": "members"},
        {"name": "a\x00b", "readers": "members"},
        {"name": "x", "readers": "everybody"},
        {"name": "x", "readers": "members", "group_id": "other"},
        {"name": "x" * 201, "readers": "members"},
        {"name": "x", "readers": "members", "description": "x" * 2001},
    ],
)
async def test_what_makes_no_sense_is_refused_and_not_quoted(group: Any, body: dict[str, str]) -> None:
    answer = await group.chair.ask("POST", "/documents", json=body)
    assert answer.status_code == 422
    assert body["name"] not in answer.text or body["name"] in {"", "x"}
