"""P4: every staff route, with all tables read before it and after it. What a group has, no staff token changes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from groups.bootstrap import Resources
from groups.storage.tables import metadata
from shared.auth.principal import Principal, Role
from shared.contracts.identity import DataProtectionOfficerNamed
from shared.ids import new_id
from shared.testing.issuer import a_police_system, a_staff_member
from shared.testing.rows import Rows, difference, rows_of
from sqlalchemy.ext.asyncio import AsyncEngine

from services.groups.tests.conftest import FORCE, WARD, World
from services.groups.tests.whole_group import IN_A_WEEK, WholeGroup, a_whole_group

HERE, ELSEWHERE = WARD, "E05009317"
MARKING = frozenset({"marking_entries", "marking_details", "marker_salts", "outbox"})
LOOK = frozenset({"ledger"})
NOTHING: frozenset[str] = frozenset()

# What belongs to staff, and so all that they may write. Every other table, one that is made tomorrow too, is a group's.
OF_STAFF = MARKING | LOOK | {
    "look_delays", "priority_answers", "sign.organisation_keys", "pauses", "abuse_reports", "prepared_schemes",
}  # fmt: skip
# Whatever changes anywhere is entered there by the database itself.
LOGS = {"sign.log_heads", "sign.audit_heads", "audit_entries", "audit_contents", "audit_actors"}


@dataclass(frozen=True)
class Act:
    """A staff route, what is sent, and which tables are then other than they were."""

    method: str
    route: str
    writes: frozenset[str] = NOTHING
    body: dict[str, Any] | None = None
    query: str = ""
    by_coordinator: bool = False

    @property
    def path(self) -> str:
        return self.route + self.query


REASON = {"reason": "No longer meets"}
DECLARED = {"household": False}
REVIEW = {"group": False, "person_ids": ["{person_id}"], "purpose": "Yearly review", "household": False}

# A new staff route is listed here, with the tables that it writes; they have to be in OF_STAFF.
ACTS = [
    Act("GET", "/staff/groups"),
    Act("GET", "/staff/groups/{group_id}"),
    Act("GET", "/staff/groups/{group_id}/memberships", LOOK, query="?purpose=Yearly+review"),
    Act("GET", "/staff/work-lists/{work_list}", query="?limit=100"),
    Act("POST", "/staff/groups/{group_id}/markings/withdraw", MARKING, REASON),
    Act("POST", "/staff/groups/{group_id}/markings", MARKING, DECLARED),
    Act("POST", "/staff/groups/{group_id}/memberships/{person_id}/markings/withdraw", MARKING | LOOK, REASON),
    Act("POST", "/staff/groups/{group_id}/memberships/{person_id}/markings", MARKING | LOOK, DECLARED),
    Act("POST", "/staff/groups/{group_id}/memberships/{person_id}/markings/withdraw", MARKING | LOOK, REASON),
    Act("POST", "/staff/groups/{group_id}/reviews", MARKING | LOOK, REVIEW),
    Act("GET", "/staff/groups/{group_id}/look-delays"),
    Act("POST", "/staff/groups/{group_id}/look-delays", frozenset({"look_delays"}), {"until": IN_A_WEEK} | REASON),
    Act("POST", "/staff/groups/{group_id}/look-delays/{delay_id}/agree", frozenset({"look_delays"})),
    Act("GET", "/staff/looks"),
    Act("GET", "/staff/groups/{group_id}/pause"),
    Act("POST", "/staff/groups/{group_id}/pause/confirm", frozenset({"pauses", "outbox"}), {"pause_id": "{pause_id}"}),
    Act("GET", "/staff/abuse-reports"),
    Act("POST", "/staff/abuse-reports/{report_id}/close", frozenset({"abuse_reports"}), {"note": "Talked to them"}),
    Act("GET", "/staff/schemes", by_coordinator=True),
    Act("POST", "/staff/schemes", frozenset({"prepared_schemes"}),
        {"name": "Ford Street", "purpose": "Look out", "visibility": "hidden", "area": HERE}, by_coordinator=True),
    Act("DELETE", "/staff/schemes/{scheme_id}", frozenset({"prepared_schemes"}), by_coordinator=True),
    Act("GET", "/staff/groups/{group_id}/priorities"),
    Act("POST", "/staff/groups/{group_id}/priorities/{priority_id}/answers", frozenset({"priority_answers"}),
        {"text": "Checks every Friday"}),
    Act("POST", "/internal/passes", NOTHING,
        {"kind": "jurisdiction", "group_id": "{group_id}", "person_id": "{person_id}", "audience": "identity"}),
]  # fmt: skip
# P13, the one exception: a test of its own below.
FOUNDING = ("POST", "/staff/groups")
PAUSING = ("POST", "/staff/groups/{group_id}/pause")
PANEL = {"name": "Ward Panel", "purpose": "Safer streets", "visibility": "hidden", "area": HERE}


@pytest.fixture
async def group(world: World, resources: Resources) -> WholeGroup:
    return await a_whole_group(world, resources.email_tag_key, HERE)


def filled(value: Any, ids: dict[str, str]) -> Any:  # Any: JSON
    if isinstance(value, dict):
        return {key: filled(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, ids) for each in value]
    return value.format(**ids) if isinstance(value, str) else value


async def answered(world: World, act: Act, who: Principal, group: WholeGroup) -> int:
    ids = group.ids.in_words() | {"work_list": "awaiting_marking"}
    answer = await world.ask(act.method, act.path.format(**ids), who, filled(act.body, ids))
    assert answer.status_code < 500, (act, answer.text)
    return answer.status_code


async def test_staff_with_every_right_write_what_is_theirs_and_nothing_of_the_group(
    world: World, group: WholeGroup, owner: AsyncEngine
) -> None:
    assert group.police.organisation_id is not None
    officer = DataProtectionOfficerNamed(
        organisation_id=group.police.organisation_id, staff_id=group.police.id, version=1
    )
    await world.hear(officer)
    before = await rows_of(owner, metadata)
    for act in ACTS:
        who = group.coordinator if act.by_coordinator else group.police
        assert await answered(world, act, who, group) < 300, act
        after = await rows_of(owner, metadata)
        assert difference(before, after).tables - LOGS == act.writes, act
        assert act.writes <= OF_STAFF, (
            f"{act.route} writes what is a group's (P4); a new table that is staff's own goes into OF_STAFF"
        )
        _told_of_markings_and_pauses_alone(before, after)
        before = after


@pytest.mark.parametrize("role", [Role.POLICE, Role.COORDINATOR, Role.ADMINISTRATOR, None])
async def test_staff_without_the_right_and_machines_write_nothing_at_all(
    world: World, group: WholeGroup, owner: AsyncEngine, role: Role | None
) -> None:
    who = {
        Role.POLICE: await world.police(ELSEWHERE),
        Role.COORDINATOR: await world.coordinator(ELSEWHERE),
        Role.ADMINISTRATOR: a_staff_member(Role.ADMINISTRATOR, frozenset({FORCE})),
        None: a_police_system(),
    }[role]
    before = await rows_of(owner, metadata)
    for act in ACTS:
        status = await answered(world, act, who, group)
        assert status >= 400 or "{group_id}" not in act.route, act
        assert difference(before, await rows_of(owner, metadata)).tables == NOTHING, act


async def test_no_staff_token_writes_through_a_members_route(
    world: World, group: WholeGroup, owner: AsyncEngine
) -> None:
    """Who looks after the area, of every role, and a coordinator who is a member of the group with the same id (P1)."""
    everybody = [
        group.police, await world.coordinator(HERE), await world.coordinator(HERE, person=group.chair),
        a_staff_member(Role.ADMINISTRATOR, frozenset({FORCE})), a_police_system(),
    ]  # fmt: skip
    ids = group.ids.in_words() | {"office": "chair", "work_list": "expiring"}
    before = await rows_of(owner, metadata)
    for who in everybody:
        for method, path in sorted(_routes(world)):
            if path.startswith(("/groups", "/membership-requests")) and method != "GET":
                answer = await world.ask(method, path.format(**ids), who, _anything(group))
                assert answer.status_code in {403, 404}, (who.role, method, path)
        assert difference(before, await rows_of(owner, metadata)).tables == NOTHING, who.role


async def test_asking_for_a_pause_writes_that_alone(world: World, panel: UUID, owner: AsyncEngine) -> None:
    """Of the group that has something of everything somebody else has asked already."""
    before = await rows_of(owner, metadata)
    method, route = PAUSING
    answer = await world.ask(method, route.format(group_id=panel), await world.police(), REASON)
    assert answer.status_code == 201, answer.text
    told = {"known_organisations", "known_staff"}  # of the officer who asks
    assert difference(before, await rows_of(owner, metadata)).tables - LOGS - told == {"pauses"}


async def test_founding_a_panel_adds_a_group_and_its_invitations_and_touches_no_other(
    world: World, group: WholeGroup, owner: AsyncEngine
) -> None:
    """P13: P4's one exception. What is added is the new panel's; who is named is invited and no more; nobody leads."""
    emails = [f"{group.word}@example.org", *(f"{new_id().hex}@example.org" for _ in range(2))]
    before = await rows_of(owner, metadata)
    answer = await world.ask(*FOUNDING, group.police, PANEL | {"emails": emails})
    assert answer.status_code == 201, answer.text
    written = difference(before, await rows_of(owner, metadata))
    panel = answer.json()["id"]
    assert not written.gone
    assert written.tables - LOGS == {"groups", "invitations", "memberships", "outbox"}
    assert all(panel in row for name, rows in written.new.items() if name not in LOGS for row in rows)
    [membership] = written.new["memberships"]
    assert f",{group.invited.id},invited," in membership


async def test_every_staff_route_is_in_these_tables(world: World) -> None:
    """The gateway's rows are these routes, one for one: tests/contracts/test_policy_rows.py."""
    staff = {(method, path) for method, path in _routes(world) if path.startswith("/staff/")}
    listed = {(act.method, act.route) for act in ACTS} - {("POST", "/internal/passes")} | {FOUNDING, PAUSING}
    assert staff - listed == set(), "a new staff route: add it to ACTS in this file, with the tables that it writes"
    assert listed - staff == set(), "this staff route is gone: take it out of ACTS in this file"


def _told_of_markings_and_pauses_alone(before: Rows, after: Rows) -> None:
    told = after["outbox"] - before["outbox"]
    assert all("groups.marking_changed.v1" in event or "groups.pause_changed.v1" in event for event in told), told


def _routes(world: World) -> set[tuple[str, str]]:
    app = world.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    return {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}


def _anything(group: WholeGroup) -> dict[str, Any]:
    """A body that has every id in it; what a route does not know it refuses, which is an answer too."""
    return group.ids.in_words() | {"reason": "Because"}
