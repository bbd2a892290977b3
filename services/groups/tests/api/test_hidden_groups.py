"""A hidden group cannot be told from one that does not exist (P14)."""

import asyncio
import re
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.storage.tables import groups
from shared.auth.principal import Principal
from shared.ids import new_id
from sqlalchemy import select

from services.groups.tests.conftest import FORCE, World

PERSON = "00000000-0000-7000-8000-000000000001"
REASON: dict[str, object] = {"reason": "Because"}
RESULT: dict[str, object] = {
    "office": "chair",
    "person_id": PERSON,
    "held_on": "2026-01-01",
    "minutes_note": "Item 4",
}

KEPT: dict[str, object] = {
    "name": "Ann",
    "how_to_reach": "Flat 3",
    "consent": {"given_on": "2026-01-01", "how": "spoken"},
}

Route = tuple[str, str, dict[str, object] | None]

MEMBER_ROUTES: list[Route] = [
    ("GET", "/groups/{group}", None),
    ("PATCH", "/groups/{group}", {"name": "Mine now"}),
    ("POST", "/groups/{group}/join-links", {"expires_in_days": 1, "most_uses": 1}),
    ("DELETE", "/groups/{group}/join-links/" + PERSON, None),
    ("POST", "/groups/{group}/invitations", {"email": "who@example.org"}),
    ("POST", "/groups/{group}/invitations/withdraw", {"email": "who@example.org"}),
    ("POST", "/groups/{group}/membership/accept", None),
    ("DELETE", "/groups/{group}/membership", None),
    ("POST", "/groups/{group}/membership/return", None),
    ("GET", "/groups/{group}/memberships", None),
    ("POST", "/groups/{group}/admissions", {"person_ids": [PERSON]}),
    ("POST", "/groups/{group}/memberships/" + PERSON + "/refuse", REASON),
    ("POST", "/groups/{group}/memberships/" + PERSON + "/remove", REASON),
    ("PUT", "/groups/{group}/offices/chair", {"person_id": PERSON}),
    ("GET", "/groups/{group}/offices", None),
    ("DELETE", "/groups/{group}/offices/chair", None),
    ("POST", "/groups/{group}/absence", {"until": "2026-12-31"}),
    ("DELETE", "/groups/{group}/absence", None),
    ("PUT", "/groups/{group}/forwarders/" + PERSON, None),
    ("DELETE", "/groups/{group}/forwarders/" + PERSON, None),
    ("GET", "/groups/{group}/ballots", None),
    ("POST", "/groups/{group}/ballots", None),
    ("POST", "/groups/{group}/ballots/requests", None),
    ("POST", "/groups/{group}/ballots/" + PERSON + "/nominations", {"person_id": PERSON}),
    ("POST", "/groups/{group}/ballots/" + PERSON + "/nomination/accept", None),
    ("DELETE", "/groups/{group}/ballots/" + PERSON + "/nomination", None),
    ("POST", "/groups/{group}/ballots/" + PERSON + "/votes", {"nomination_id": PERSON}),
    ("GET", "/groups/{group}/meeting-results", None),
    ("POST", "/groups/{group}/meeting-results", RESULT),
    ("POST", "/groups/{group}/meeting-results/" + PERSON + "/objections", None),
    ("GET", "/groups/{group}/handover", None),
    ("GET", "/groups/{group}/preview/public", None),
    ("GET", "/groups/{group}/preview/member", None),
    ("GET", "/groups/{group}/preview/staff", None),
    ("GET", "/groups/{group}/priorities", None),
    ("POST", "/groups/{group}/priorities", {"text": "Speeding", "agreed_on": "2026-01-01"}),
    ("POST", "/groups/{group}/priorities/" + PERSON + "/outcome", {"outcome": "A camera"}),
    ("GET", "/groups/{group}/ledger", None),
    ("GET", "/groups/{group}/markings", None),
    ("GET", "/groups/{group}/markings/log", None),
    ("GET", "/groups/{group}/poster.svg", None),
    ("POST", "/groups/{group}/page/renew", None),
    ("GET", "/groups/{group}/markings/" + PERSON + "/statement", None),
    ("POST", "/groups/{group}/archive", None),
    ("POST", "/groups/{group}/reopen", None),
    ("POST", "/groups/{group}/memberships/" + PERSON + "/suspend", {"until": "2027-01-01T00:00:00Z", "reason": "Why"}),
    ("POST", "/groups/{group}/memberships/" + PERSON + "/resume", None),
    ("GET", "/groups/{group}/kept-people", None),
    ("GET", "/groups/{group}/members.csv", None),
    ("POST", "/groups/{group}/kept-people", KEPT),
    ("PATCH", "/groups/{group}/kept-people/" + PERSON, {"name": "Ann"}),
    ("DELETE", "/groups/{group}/kept-people/" + PERSON, None),
    ("POST", "/groups/{group}/merge-links", None),
    ("POST", "/groups/{group}/merge", {"secret": "s" * 32}),
    ("POST", "/groups/{group}/abuse-reports", {"text": "They shout at me"}),
    ("POST", "/internal/passes", {"kind": "group", "group_id": "{group}", "audience": "documents"}),
]
# Tried with what it takes in test_member_files.py.
NO_JSON = {("POST", "/groups/{group}/members/import")}
STAFF_ROUTES: list[Route] = [
    ("GET", "/staff/groups/{group}", None),
    ("GET", "/staff/groups/{group}/memberships?purpose=Routine", None),
    ("POST", "/staff/groups/{group}/markings", None),
    ("POST", "/staff/groups/{group}/reviews", {"group": True, "purpose": "Routine", "household": False}),
    ("POST", "/staff/groups/{group}/markings/withdraw", REASON),
    ("POST", "/staff/groups/{group}/memberships/" + PERSON + "/markings", None),
    ("POST", "/staff/groups/{group}/memberships/" + PERSON + "/markings/withdraw", REASON),
    ("GET", "/staff/groups/{group}/look-delays", None),
    ("POST", "/staff/groups/{group}/look-delays", {"until": "2026-12-31", "reason": "An inquiry"}),
    ("POST", "/staff/groups/{group}/look-delays/" + PERSON + "/agree", None),
    ("GET", "/staff/groups/{group}/priorities", None),
    ("POST", "/staff/groups/{group}/priorities/" + PERSON + "/answers", {"text": "Checks every Friday"}),
    ("GET", "/staff/groups/{group}/pause", None),
    ("POST", "/staff/groups/{group}/pause", REASON),
    ("POST", "/staff/groups/{group}/pause/confirm", {"pause_id": PERSON}),
    ("POST", "/internal/passes", {"kind": "jurisdiction", "group_id": "{group}", "audience": "messaging"}),
]


async def _answer(
    world: World, who: Principal, method: str, path: str, body: dict[str, object] | None, group: UUID
) -> tuple[int, bytes, list[tuple[bytes, bytes]]]:
    sent = body and {k: v.format(group=group) if isinstance(v, str) else v for k, v in body.items()}
    correlation = {"ow-correlation": "00000000-0000-7000-8000-000000000009"}
    answer = await world.ask(method, path.format(group=group), who, sent, **correlation)
    return answer.status_code, answer.content, answer.headers.raw


@pytest.mark.parametrize(("method", "path", "body"), MEMBER_ROUTES)
async def test_a_stranger_gets_the_same_bytes_for_hidden_and_missing(
    world: World, panel: UUID, method: str, path: str, body: dict[str, object] | None
) -> None:
    stranger = await world.resident()
    hidden = await _answer(world, stranger, method, path, body, panel)
    assert hidden[0] == 404
    assert hidden == await _answer(world, stranger, method, path, body, new_id())


@pytest.mark.parametrize(("method", "path", "body"), STAFF_ROUTES)
async def test_staff_of_another_area_get_the_same_bytes_for_hidden_and_missing(
    world: World, panel: UUID, method: str, path: str, body: dict[str, object] | None
) -> None:
    elsewhere = await world.police("E05009317")
    hidden = await _answer(world, elsewhere, method, path, body, panel)
    assert hidden[0] == 404
    assert hidden == await _answer(world, elsewhere, method, path, body, new_id())


@pytest.mark.parametrize(("method", "path", "body"), MEMBER_ROUTES)
async def test_staff_cannot_use_a_members_route_whatever_the_group(
    world: World, panel: UUID, method: str, path: str, body: dict[str, object] | None
) -> None:
    staff = await world.police(FORCE)
    answers = [await _answer(world, staff, method, path, body, group) for group in (panel, new_id())]
    assert answers[0] == answers[1]
    assert answers[0][0] in {403, 404}


@pytest.mark.parametrize(("method", "path", "body"), STAFF_ROUTES)
async def test_a_member_cannot_use_a_staff_route_even_in_their_own_group(
    world: World, chair: Principal, panel: UUID, method: str, path: str, body: dict[str, object] | None
) -> None:
    answers = [await _answer(world, chair, method, path, body, group) for group in (panel, new_id())]
    assert answers[0] == answers[1]
    assert answers[0][0] in {403, 404}


@pytest.mark.parametrize(("method", "path", "body"), MEMBER_ROUTES + STAFF_ROUTES)
async def test_nobody_gets_in_without_signing_in(
    world: World, panel: UUID, method: str, path: str, body: dict[str, object] | None
) -> None:
    sent = body and {k: v.format(group=panel) if isinstance(v, str) else v for k, v in body.items()}
    answer = await world.ask(method, path.format(group=panel), None, sent)
    assert answer.status_code == 401


async def test_every_route_of_a_group_is_in_these_tables(world: World) -> None:
    app = world.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    tested = {(m, re.sub(r"\?.*", "", p)) for m, p, _ in MEMBER_ROUTES + STAFF_ROUTES if "{group}" in p}
    known = {
        (method.upper(), path)
        for path, item in app.openapi()["paths"].items()
        for method in item
        if "/groups/{group_id}" in path
    }
    shapes = {(m, re.sub(r"\{\w+_id\}", PERSON, p.replace("{group_id}", "{group}"))) for m, p in known}
    assert {(m, p.replace("{office}", "chair")) for m, p in shapes} - NO_JSON == tested


async def test_a_removed_member_gets_what_a_stranger_gets(world: World, chair: Principal, panel: UUID) -> None:
    member, stranger = await world.member(chair, panel), await world.resident()
    path = f"/groups/{panel}/memberships/{member.id}/remove"
    assert (await world.ask("POST", path, chair, {"reason": "Moved"})).status_code == 200
    for method, route, body in MEMBER_ROUTES:
        if route.endswith("/abuse-reports"):
            continue  # for a month they may say why: test_abuse_reports.py
        theirs = await _answer(world, member, method, route, body, panel)
        assert theirs == await _answer(world, stranger, method, route, body, panel), route


async def test_who_is_out_waits_for_nothing_of_the_group(
    world: World, chair: Principal, panel: UUID, resources: Resources
) -> None:
    """An answer that takes as long as the group is busy would show that it is there."""
    removed, asked = await world.member(chair, panel), await world.asker(chair, panel)
    path = f"/groups/{panel}/memberships/{removed.id}/remove"
    assert (await world.ask("POST", path, chair, {"reason": "Moved"})).status_code == 200
    assert (await world.ask("DELETE", f"/groups/{panel}/membership", asked)).status_code == 200
    async with resources.engine.begin() as busy:
        await busy.execute(select(groups).where(groups.c.id == panel).with_for_update())
        async with asyncio.timeout(10):
            for method, route in (("POST", "/accept"), ("DELETE", ""), ("POST", "/return")):
                for who in (removed, asked):
                    answer = await world.ask(method, f"/groups/{panel}/membership{route}", who)
                    assert answer.status_code == 404, route
