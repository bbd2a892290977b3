"""Every route of groups, asked about a hidden group and about none by somebody who has nothing to do with it (P14)."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from groups.bootstrap import Resources
from groups.domain.email_tags import tag_of
from shared.auth.principal import Principal
from shared.ids import new_id

from services.groups.tests.api.test_group_pages import page_of
from services.groups.tests.api.test_hidden_groups import MEMBER_ROUTES, STAFF_ROUTES
from services.groups.tests.conftest import WARD, World
from services.groups.tests.mapping import Drawing, collection, inside, square

ELSEWHERE, FURTHER, QUIET = "E05009317", "E05009318", "E05009319"
CORRELATION = {"ow-correlation": "00000000-0000-7000-8000-000000000009"}
NEW = {"kind": "ward_panel", "name": "{name}", "purpose": "P", "visibility": "visible", "area": WARD}
PERSON = {"person_id": "{member}"}
REASON = {"reason": "Because"}


@dataclass(frozen=True)
class Facts:
    """What somebody may have heard of a group: a real hidden one, or one that is made up."""

    group: UUID
    name: str
    member: UUID
    email: str
    secret: str
    page: str
    statement: str


class Case(NamedTuple):
    """`who` asks: nobody, a stranger, the founder of another group (`{own}`), or staff of another area;
    of these the data-protection officer of another organisation, too.
    """

    who: str
    method: str
    route: str
    path: str | None = None
    body: dict[str, Any] | None = None


CASES = [
    Case("nobody", "GET", "/areas"),
    Case("nobody", "GET", "/areas/at", f"/areas/at?{inside(0)}"),
    Case("nobody", "GET", "/directory", "/directory?limit=100"),
    Case("nobody", "GET", "/directory", "/directory?name={name}"),
    Case("nobody", "GET", "/directory", f"/directory?area={WARD}&limit=100"),
    Case("nobody", "GET", "/directory", "/directory?kind=ward_panel&limit=100"),
    Case("nobody", "GET", "/directory", "/directory?near=51.515,-0.055&limit=100"),
    Case("nobody", "GET", "/directory", f"/directory?near=51.515,-0.055&after={{group}}&after_area={WARD}"),
    Case("nobody", "GET", "/directory", "/directory?name={name}&after={group}"),
    Case("nobody", "POST", "/directory/{group_id}/contact", "/directory/{group}/contact",
         {"name": "Joe", "email": "joe@council.example", "message": "Hello"}),
    Case("nobody", "GET", "/join", "/join?secret={secret}"),
    Case("nobody", "POST", "/markings/check", "/markings/check", {"statement": "{statement}"}),
    Case("nobody", "GET", "/g/{public_id}", "{page}"),
    Case("stranger", "GET", "/groups/mine"),
    Case("stranger", "GET", "/groups/archived"),
    Case("stranger", "POST", "/groups", "/groups", NEW),
    Case("stranger", "POST", "/membership-requests", "/membership-requests", {"secret": "{secret}"}),
    Case("founder", "POST", "/groups/{group_id}/invitations", "{own}/invitations", {"email": "{email}"}),
    Case("founder", "GET", "/groups/{group_id}/memberships", "{own}/memberships?after={member}"),
    Case("founder", "PATCH", "/groups/{group_id}", "{own}", {"name": "{name}", "area": WARD}),
    Case("founder", "POST", "/groups/{group_id}/admissions", "{own}/admissions", {"person_ids": ["{member}"]}),
    Case("founder", "POST", "/groups/{group_id}/memberships/{person_id}/remove", "{own}/memberships/{member}/remove",
         REASON),
    Case("founder", "POST", "/groups/{group_id}/memberships/{person_id}/refuse", "{own}/memberships/{member}/refuse",
         REASON),
    Case("founder", "PUT", "/groups/{group_id}/offices/{office}", "{own}/offices/secretary", PERSON),
    Case("founder", "PUT", "/groups/{group_id}/forwarders/{person_id}", "{own}/forwarders/{member}"),
    Case("elsewhere", "GET", "/staff/groups", "/staff/groups?limit=100"),
    Case("elsewhere", "GET", "/staff/groups", "/staff/groups?after={group}"),
    Case("elsewhere", "GET", "/staff/work-lists/{work_list}", "/staff/work-lists/awaiting_marking?limit=100"),
    Case("elsewhere", "GET", "/staff/work-lists/{work_list}", "/staff/work-lists/nearly_empty?after={group}"),
    Case("nobody", "POST", "/directory/{group_id}/abuse-reports", "/directory/{group}/abuse-reports",
         {"text": "They shout", "reply_to": "joe@council.example"}),
    Case("elsewhere", "GET", "/staff/abuse-reports", "/staff/abuse-reports?limit=100"),
    Case("elsewhere", "GET", "/staff/abuse-reports", "/staff/abuse-reports?after={group}"),
    Case("elsewhere", "POST", "/staff/abuse-reports/{report_id}/close", "/staff/abuse-reports/{group}/close",
         {"note": "Talked to"}),
    Case("nobody", "GET", "/schemes/take-over", "/schemes/take-over?secret={secret}"),
    Case("stranger", "POST", "/schemes/take-over", "/schemes/take-over", {"secret": "{secret}"}),
    Case("elsewhere", "GET", "/staff/schemes", "/staff/schemes?after={group}"),
    Case("elsewhere", "POST", "/staff/schemes", "/staff/schemes", {key: NEW[key] for key in NEW if key != "kind"}),
    Case("elsewhere", "DELETE", "/staff/schemes/{scheme_id}", "/staff/schemes/{group}"),
    Case("protector", "GET", "/staff/looks"),
    Case("protector", "GET", "/staff/looks", "/staff/looks?after={group}"),
    Case("elsewhere", "POST", "/staff/groups", "/staff/groups",
         NEW | {"kind": "ward_panel", "area": ELSEWHERE, "emails": ["{email}"]}),
]  # fmt: skip
# Whom they are about is in none of them: that entries are added is theirs to show.
NAMELESS = {("GET", "/marking-log"), ("GET", "/marking-keys")}
_BELOW = re.compile(r"(/staff)?/groups/\{group_id\}")


async def a_hidden_group(world: World, resources: Resources) -> Facts:
    """Marked, looked at, with a member whose address is known, a link that was revoked, and a page."""
    chair, email = await world.resident(), f"member-{new_id().hex}@example.org"
    group, name = await world.group(chair), f"Unheard {new_id().hex}"
    await world.ask("PATCH", f"/groups/{group}", chair, {"name": name})
    link = (
        await world.ask("POST", f"/groups/{group}/join-links", chair, {"expires_in_days": 1, "most_uses": 9})
    ).json()
    member = await world.resident(tag=tag_of(email, resources.email_tag_key))
    await world.ask("POST", "/membership-requests", member, {"secret": link["secret"]})
    assert (await world.admit(chair, group, member)).status_code == 200
    revoked = await world.ask("DELETE", f"/groups/{group}/join-links/{link['link_id']}", chair)
    assert revoked.status_code == 204
    police = await world.police()
    marking = (await world.mark(police, group)).json()
    looked = await world.ask("GET", f"/staff/groups/{group}/memberships?purpose=Renewal", police)
    assert looked.status_code == 200
    forged = marking["statement"][:-8] + "AAAAAAAA"
    return Facts(group, name, member.id, email, link["secret"], await page_of(world, chair, group), forged)


def made_up() -> Facts:
    word = new_id().hex
    return Facts(
        new_id(), f"Unheard {word}", new_id(), f"x-{word}@example.org", "s" * 32, "/g/AAAAAAAAAAAAAA",
        "e30.e30." + "A" * 86,
    )  # fmt: skip


async def answer_to(world: World, case: Case, facts: Facts) -> tuple[int, str, object]:
    """What came back. Ids of what the request itself made, and what it said itself, are taken out."""
    who: Principal | None = None
    own = ""
    if case.who in {"stranger", "founder"}:
        who = await world.resident()
    if case.who == "founder" and who is not None:
        own = f"/groups/{await world.group(who, area=FURTHER)}"
    if case.who in {"elsewhere", "protector"}:
        who = await world.police(QUIET if case.method == "GET" else ELSEWHERE)
    if case.who == "protector" and who is not None:
        await world.name_officer(who.organisation_id, who)

    def filled(value: Any) -> Any:  # Any: JSON
        if isinstance(value, dict):
            return {key: filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [filled(each) for each in value]
        return value.format(own=own, **vars(facts)) if isinstance(value, str) else value

    answer = await world.ask(case.method, filled(case.path or case.route), who, filled(case.body), **CORRELATION)
    text = answer.text.replace(facts.name, "NAME")
    mine = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text) if case.method != "GET" or own else text
    headers = [header for header in answer.headers.raw if header[0] != b"content-length" or mine == text]
    return answer.status_code, re.sub(r'"since":"[^"]*"', "", mine), headers


async def test_a_hidden_group_changes_no_answer_to_anybody_outside(
    world: World, resources: Resources, drawing: Drawing
) -> None:
    await drawing.bring_in(collection(**{WARD: square(0)}).replace("Ward 36", "Whitechapel"), "E09000030")
    nothing = made_up()
    before = [await answer_to(world, case, nothing) for case in CASES]
    hidden = await a_hidden_group(world, resources)
    for case, expected in zip(CASES, before, strict=True):
        assert expected[0] < 500, case
        assert await answer_to(world, case, hidden) == expected, case
    for _, route in NAMELESS:
        said = (await world.ask("GET", route)).text
        assert not [fact for fact in vars(hidden).values() if str(fact) in said]


async def test_no_route_is_left_out(world: World) -> None:
    """The gateway's rows are these routes, one for one: tests/contracts/test_policy_rows.py.

    Those below a group are counted in test_hidden_groups.py.
    """
    app = world.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    known = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    tried = {(case.method, case.route) for case in CASES} | NAMELESS | {("POST", "/internal/passes")}
    assert {route for route in known | tried if not _BELOW.match(route[1])} == {
        route for route in known & tried if not _BELOW.match(route[1])
    }


async def test_no_drawn_area_opens_anything(
    world: World, chair: Principal, resources: Resources, drawing: Drawing
) -> None:
    """P10: a ward is drawn as large as England, and every answer to everybody stays what it was."""
    panel = await world.group(chair, area=ELSEWHERE)
    member = await world.member(chair, panel)
    viewers = [
        None, chair, member, await world.resident(), await world.police(WARD), await world.police(ELSEWHERE),
        await world.coordinator(WARD),
    ]  # fmt: skip
    changing = await world.resident()
    asked = [(who, "GET", path) for who in viewers for path in _READS]
    asked += [(who, m, p) for who in viewers for m, p, _ in MEMBER_ROUTES + STAFF_ROUTES if m == "GET"]
    asked += [(who, m, p) for who in (changing, viewers[4]) for m, p, _ in MEMBER_ROUTES + STAFF_ROUTES]

    async def answers() -> list[tuple[int, bytes]]:
        bodies = {(m, p): body for m, p, body in MEMBER_ROUTES + STAFF_ROUTES}
        got = []
        for who, method, path in asked:
            body = bodies.get((method, path)) if method != "GET" else None
            filled = body and {k: v.format(group=panel) if isinstance(v, str) else v for k, v in body.items()}
            answer = await world.ask(method, path.format(group=panel), who, filled, **CORRELATION)
            # Looks are written down as they happen.
            got.append((answer.status_code, b"" if path.endswith("/ledger") else answer.content))
        return got

    def drawn(shape: object) -> str:
        return collection(**{WARD: shape}).replace("Ward 36", "Whitechapel")

    await drawing.bring_in(drawn(square(0)), "E09000030")
    before = await answers()
    london = "/areas/at?lat=51.7&lon=-1.2"
    assert (await world.ask("GET", london)).status_code == 404
    await drawing.bring_in(drawn([[[-6, 49.5], [2, 49.5], [2, 56], [-6, 56], [-6, 49.5]]]), "E09000030")
    assert (await world.ask("GET", london)).json()["code"] == WARD
    for request, was, is_now in zip(asked, before, await answers(), strict=True):
        assert was == is_now, request


_READS = [
    "/areas", "/directory?limit=100", f"/directory?area={WARD}&limit=100", f"/directory?area={ELSEWHERE}&limit=100",
    "/directory?name=panel&limit=100", "/groups/mine", "/groups/archived", "/staff/groups?limit=100", "/marking-log",
    "/marking-keys", "/join?secret=x", "/g/AAAAAAAAAAAAAA",
]  # fmt: skip
