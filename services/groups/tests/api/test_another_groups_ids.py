"""Every id that a request can carry, tried with another group's: nothing of it is seen, and nothing written."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.bootstrap import Resources
from groups.storage.tables import metadata
from shared.auth.principal import Principal
from shared.testing.client import signed
from shared.testing.rows import difference, rows_of
from sqlalchemy.ext.asyncio import AsyncEngine

from services.groups.tests.balloting import votes, voting_opens
from services.groups.tests.conftest import WARD, World
from services.groups.tests.id_fields import id_fields, placed_in
from services.groups.tests.whole_group import IN_A_WEEK, NEXT_YEAR, TODAY, WholeGroup, a_whole_group

HERE, ELSEWHERE = WARD, "E05009317"
GROUP = "/groups/{group_id}"
STAFF = "/staff/groups/{group_id}"
REASON = {"reason": "Because"}
CSV = "email\nwho@example.org\n"


@dataclass(frozen=True)
class Request:
    """A request with names in the places of ids: `{person_id}` is filled with a member's, `{asker_id}` with the id of
    somebody who asked.
    """

    method: str
    route: str
    body: dict[str, Any] | None = None
    query: str = ""
    content: str | None = None

    @property
    def is_for_staff(self) -> bool:
        return self.route.startswith("/staff/") or (self.body or {}).get("kind") == "jurisdiction"

    def asker_of(self, group: WholeGroup) -> Principal:
        """Who has the right: the chair, police, and coordinators alone for schemes."""
        if self.route.startswith("/staff/schemes"):
            return group.coordinator
        return group.police if self.is_for_staff else group.chair

    def fields(self) -> dict[str, str]:
        """What is in the place of each id, by the field's name."""
        return {field: name for field, name in placed_in(self.route, self.query, self.body) if name not in NOT_IDS}


# In a path and no id of a group: an office by its name, a work list by its own, a page by a secret of its own
# (test_group_pages.py).
NOT_IDS = frozenset({"office", "work_list", "public_id"})

# A new route with an id, or a new id in a body or a query, is listed here.
REQUESTS = [
    Request("GET", "/directory", query="?limit=100&after={group_id}"),
    Request("POST", "/directory/{group_id}/contact", {"name": "Joe", "email": "joe@council.example", "message": "Hi"}),
    Request("GET", GROUP),
    Request("PATCH", GROUP, {"name": "Mine now"}),
    Request("GET", f"{GROUP}/memberships", query="?after={person_id}"),
    Request("GET", f"{GROUP}/ledger", query="?after={delay_id}"),
    Request("GET", f"{GROUP}/markings"),
    Request("GET", f"{GROUP}/markings/log", query="?after=0"),
    Request("GET", GROUP + "/markings/{marking_id}/statement"),
    Request("GET", f"{GROUP}/members.csv"),
    Request("GET", f"{GROUP}/poster.svg"),
    Request("POST", f"{GROUP}/page/renew"),
    Request("POST", f"{GROUP}/join-links", {"expires_in_days": 1, "most_uses": 1}),
    Request("DELETE", GROUP + "/join-links/{link_id}"),
    Request("POST", f"{GROUP}/invitations", {"email": "who@example.org"}),
    Request("POST", f"{GROUP}/invitations/withdraw", {"email": "who@example.org"}),
    Request("POST", f"{GROUP}/members/import", content=CSV),
    Request("POST", f"{GROUP}/memberships/{{person_id}}/suspend", REASON | {"until": NEXT_YEAR}),
    Request("POST", f"{GROUP}/memberships/{{person_id}}/resume"),
    Request("GET", f"{GROUP}/kept-people"),
    Request("POST", f"{GROUP}/kept-people",
            {"name": "Ann", "how_to_reach": "Flat 3", "consent": {"given_on": TODAY, "how": "spoken"}}),
    Request("PATCH", GROUP + "/kept-people/{kept_id}", {"name": "Ann Other"}),
    Request("DELETE", GROUP + "/kept-people/{kept_id}"),
    Request("GET", f"{GROUP}/handover"),
    Request("GET", f"{GROUP}/preview/public"),
    Request("GET", f"{GROUP}/preview/member", query="?after={person_id}"),
    Request("GET", f"{GROUP}/preview/staff", query="?after={person_id}"),
    Request("POST", f"{GROUP}/abuse-reports", {"text": "They shout at me"}),
    Request("POST", "/directory/{group_id}/abuse-reports", {"text": "They shout at me"}),
    Request("POST", f"{GROUP}/merge-links"),
    Request("POST", f"{GROUP}/merge", {"secret": "s" * 22}),
    Request("GET", f"{GROUP}/priorities"),
    Request("POST", f"{GROUP}/priorities", {"text": "Speeding", "agreed_on": TODAY}),
    Request("GET", "/staff/groups", query="?limit=100&after={group_id}"),
    Request("GET", "/staff/work-lists/{work_list}", query="?limit=100&after={group_id}"),
    Request("GET", STAFF),
    Request("GET", f"{STAFF}/memberships", query="?purpose=Yearly+review&after={person_id}"),
    Request("POST", f"{STAFF}/markings/withdraw", REASON),
    Request("POST", f"{STAFF}/markings", {"household": False}),
    Request("POST", STAFF + "/memberships/{person_id}/markings/withdraw", REASON),
    Request("POST", STAFF + "/memberships/{person_id}/markings", {"household": False}),
    Request("POST", f"{STAFF}/reviews",
            {"person_ids": ["{person_id}"], "purpose": "Yearly review", "household": False}),
    Request("GET", "/staff/looks", query="?after={delay_id}"),
    Request("GET", f"{STAFF}/pause"),
    Request("POST", f"{STAFF}/pause", REASON),
    Request("POST", f"{STAFF}/pause/confirm", {"pause_id": "{pause_id}"}),
    Request("GET", "/staff/abuse-reports", query="?after={report_id}"),
    Request("POST", "/staff/abuse-reports/{report_id}/close", {"note": "Talked to them"}),
    Request("GET", "/staff/schemes", query="?after={scheme_id}"),
    Request("DELETE", "/staff/schemes/{scheme_id}"),
    Request("GET", f"{STAFF}/look-delays"),
    Request("POST", f"{STAFF}/look-delays", REASON | {"until": IN_A_WEEK}),
    Request("POST", STAFF + "/look-delays/{delay_id}/agree"),
    Request("GET", f"{STAFF}/priorities"),
    Request("POST", STAFF + "/priorities/{priority_id}/answers", {"text": "Checks every Friday"}),
    Request("POST", GROUP + "/priorities/{priority_id}/outcome", {"outcome": "A camera"}),
    Request("POST", "/internal/passes", {"kind": "group", "group_id": "{group_id}", "audience": "documents"}),
    Request("POST", "/internal/passes",
            {"kind": "jurisdiction", "group_id": "{group_id}", "person_id": "{person_id}", "audience": "identity"}),
    Request("POST", f"{GROUP}/admissions", {"person_ids": ["{asker_id}"]}),
    Request("POST", f"{GROUP}/memberships/{{asker_id}}/refuse", REASON),
    Request("GET", f"{GROUP}/offices"),
    Request("POST", f"{GROUP}/absence", {"until": IN_A_WEEK}),
    Request("DELETE", f"{GROUP}/absence"),
    Request("PUT", GROUP + "/forwarders/{person_id}"),
    Request("DELETE", GROUP + "/forwarders/{person_id}"),
    Request("GET", f"{GROUP}/ballots"),
    Request("POST", f"{GROUP}/ballots"),
    Request("POST", f"{GROUP}/ballots/requests"),
    Request("POST", GROUP + "/ballots/{ballot_id}/nominations", {"person_id": "{person_id}"}),
    Request("POST", GROUP + "/ballots/{ballot_id}/nomination/accept"),
    Request("DELETE", GROUP + "/ballots/{ballot_id}/nomination"),
    Request("POST", GROUP + "/ballots/{ballot_id}/votes", {"nomination_id": "{nomination_id}"}),
    Request("GET", f"{GROUP}/meeting-results"),
    Request("POST", f"{GROUP}/meeting-results",
            {"office": "secretary", "person_id": "{person_id}", "held_on": TODAY, "minutes_note": "Item 4"}),
    Request("POST", GROUP + "/meeting-results/{result_id}/objections"),
    Request("PUT", GROUP + "/offices/{office}", {"person_id": "{person_id}"}),
    Request("DELETE", GROUP + "/offices/{office}"),
    Request("POST", f"{GROUP}/memberships/{{person_id}}/remove", REASON),
    Request("POST", f"{GROUP}/membership/accept"),
    Request("POST", f"{GROUP}/membership/return"),
    Request("DELETE", f"{GROUP}/membership"),
    Request("POST", f"{GROUP}/archive"),
    Request("POST", f"{GROUP}/reopen"),
]  # fmt: skip

# What is theirs: who is invited sees what they are invited to (P14) and decides; whoever belongs may leave (P27); who
# is suspended or was removed may say why that is wrong.
THEIRS = {
    ("invited", "GET", GROUP), ("invited", "POST", f"{GROUP}/membership/accept"),
    ("invited", "DELETE", f"{GROUP}/membership"), ("suspended", "DELETE", f"{GROUP}/membership"),
    ("suspended", "POST", f"{GROUP}/abuse-reports"), ("removed", "POST", f"{GROUP}/abuse-reports"),
}  # fmt: skip
# Refused even to whom it belongs, as the requests before it leave the group: by what stands, not by whose it is.
AS_IT_STANDS = {
    ("POST", f"{GROUP}/memberships/{{asker_id}}/refuse"): "groups.not_pending",
    ("POST", f"{GROUP}/ballots"): "groups.office_is_held",
    ("POST", f"{GROUP}/ballots/requests"): "groups.ballot_is_open",
    ("POST", GROUP + "/ballots/{ballot_id}/nomination/accept"): "groups.not_nominated",
    ("DELETE", GROUP + "/ballots/{ballot_id}/nomination"): "groups.not_nominated",
    ("POST", GROUP + "/ballots/{ballot_id}/votes"): "groups.not_open_for_votes",
    ("POST", f"{GROUP}/membership/accept"): "groups.not_invited",
    ("POST", f"{GROUP}/merge-links"): "groups.only_schemes_merge",
    ("POST", f"{GROUP}/merge"): "groups.only_schemes_merge",
    ("POST", f"{STAFF}/pause"): "groups.paused_already",
    ("GET", "/staff/looks"): "groups.not_data_protection_officer",
    ("DELETE", f"{GROUP}/membership"): "groups.leader_stays",
}
OUTSIDE = ["outsider", "officer elsewhere", "invited", "suspended", "removed"]


@pytest.fixture
async def other(world: World, resources: Resources) -> WholeGroup:
    """The group that is none of theirs."""
    return await a_whole_group(world, resources.email_tag_key, HERE)


@pytest.fixture
async def own(world: World, resources: Resources, other: WholeGroup) -> WholeGroup:
    return await a_whole_group(world, resources.email_tag_key, ELSEWHERE, beside=other.police)


async def send(world: World, request: Request, who: Principal, ids: dict[str, str]) -> tuple[httpx.Response, str]:
    """The answer, and all that was said in asking."""
    ids = ids | {"office": "secretary", "work_list": "nearly_empty"}

    def filled(value: Any) -> Any:  # Any: JSON
        return [filled(each) for each in value] if isinstance(value, list) else _filled(value, ids)

    path = (request.route + request.query).format(**ids)
    body = request.body and {key: filled(value) for key, value in request.body.items()}
    if request.content is None:
        return await world.ask(request.method, path, who, body), f"{path} {body}"
    headers = signed(world.issuer, who, "groups") | {"content-type": "text/csv"}
    return await world.client.request(request.method, path, content=request.content, headers=headers), path


def _filled(value: Any, ids: dict[str, str]) -> Any:  # Any: JSON
    return value.format(**ids) if isinstance(value, str) else value


@pytest.mark.parametrize("standing", OUTSIDE)
async def test_whoever_is_outside_gets_nothing_by_a_groups_own_ids(
    world: World, other: WholeGroup, own: WholeGroup, owner: AsyncEngine, standing: str
) -> None:
    who = {
        "outsider": await world.resident(),
        "officer elsewhere": own.chair,
        "invited": other.invited,
        "suspended": other.suspended,
        "removed": other.removed,
    }[standing]
    before = await rows_of(owner, metadata)
    for request in REQUESTS:
        if (standing, request.method, request.route) in THEIRS:
            continue
        asking = request.asker_of(own) if request.is_for_staff else who
        answer, said = await send(world, request, asking, other.ids.in_words())
        assert answer.status_code < 500, (request, answer.text)
        assert answer.status_code >= 400 or GROUP not in request.route, request
        assert not other.said_in(answer.text, but_for=said), request
        assert not difference(before, await rows_of(owner, metadata)).tables, request


async def test_another_groups_id_among_ones_own_finds_and_changes_nothing_of_it(
    world: World, other: WholeGroup, own: WholeGroup, owner: AsyncEngine
) -> None:
    """The chair, and police of the area, with the path of their own group and one id of the other's."""
    before = await rows_of(owner, metadata)
    for request in REQUESTS:
        for name in set(request.fields().values()) - {"group_id"}:
            ids = own.ids.in_words() | {name: other.ids.in_words()[name]}
            answer, said = await send(world, request, request.asker_of(own), ids)
            assert answer.status_code < 500, (request, answer.text)
            assert not other.said_in(answer.text, but_for=said), (request, name)
            after = await rows_of(owner, metadata)
            written = difference(before, after)
            assert answer.is_success or not written.tables - {"ledger"}, (request, name)
            lines = [line for rows in (written.gone, written.new) for each in rows.values() for line in each]
            assert not [line for line in lines if other.said_in(line, but_for="")], (request, name)
            before = after


async def test_a_role_that_cannot_ask_at_all_gets_nothing_by_the_ids(
    world: World, other: WholeGroup, own: WholeGroup, owner: AsyncEngine
) -> None:
    """A member on a staff route, staff on a member's: with ids that are all true."""
    before = await rows_of(owner, metadata)
    for request in REQUESTS:
        if "/groups" not in request.route:
            continue
        asking = other.chair if request.is_for_staff else other.police
        answer, said = await send(world, request, asking, other.ids.in_words())
        assert answer.status_code >= 400, request
        assert not other.said_in(answer.text, but_for=said), request
        assert not difference(before, await rows_of(owner, metadata)).tables, request


async def test_the_same_requests_with_ones_own_ids_are_good(world: World, own: WholeGroup) -> None:
    """So none of the above is refused for another reason than whose it is."""
    for request in REQUESTS:
        answer, _ = await send(world, request, request.asker_of(own), own.ids.in_words())
        code = None if answer.is_success else answer.json()["code"]
        assert code == AS_IT_STANDS.get((request.method, request.route)), request


async def test_a_vote_finds_no_nomination_of_another_groups_ballot(
    world: World, other: WholeGroup, own: WholeGroup, owner: AsyncEngine, resources: Resources
) -> None:
    await voting_opens(resources, UUID(own.ids.ballot_id))
    before = await rows_of(owner, metadata)
    ballot = UUID(own.ids.ballot_id)
    stolen = await votes(world, own.chair, own.id, ballot, UUID(other.ids.nomination_id))
    assert stolen.status_code in {404, 409}
    assert not difference(before, await rows_of(owner, metadata)).tables
    assert (await votes(world, own.chair, own.id, ballot, UUID(own.ids.nomination_id))).status_code == 201


async def test_every_id_of_every_route_is_in_this_table(world: World) -> None:
    app = world.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    known = {tuple(field) for field in id_fields(app.openapi(), NOT_IDS)}
    tried = {(request.method, request.route.replace("asker_id", "person_id"), field.replace("asker_id", "person_id"))
             for request in REQUESTS for field in request.fields()}  # fmt: skip
    assert known - tried == set(), "new ids: add a request with them to REQUESTS in this file"
    assert tried - known == set(), "these ids are gone: take their request out of REQUESTS in this file"
