"""P4: every staff route, with all tables read before it and after it. No staff token changes a list or who is on it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from messaging.storage.tables import metadata
from shared.auth.jurisdiction import JurisdictionPass
from shared.auth.principal import Role
from shared.clock import now
from shared.testing.client import signed
from shared.testing.rows import difference, rows_of
from shared.testing.service import Ground
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.messaging.tests.conftest import Group
from services.messaging.tests.test_attachments import RAW

CONTENT = b"Which doors were tried"
ATTACHED = frozenset({"attachments"})


@dataclass(frozen=True)
class Act:
    """A staff route, what is sent, and which tables may then be other than before."""

    method: str
    route: str
    writes: frozenset[str] = frozenset()
    sent: dict[str, Any] | None = None


SENT = frozenset({"messages", "sends", "send_parts", "deliveries", "chunks", "outbox"})
FILE = {"json": {"name": "doors.txt", "content_type": "text/plain", "length": len(CONTENT)}}
WRITTEN = {"subject": "Van thefts", "body": "Lock your van.", "priority": 2}
TO_AN_AREA = {"include": [{"kind": "area", "area": "E09000030"}]}
DRAFTED = {**WRITTEN, "audience": TO_AN_AREA}
LATER = (now() + timedelta(days=1)).isoformat()
MADE = {"attachments": "attachment_id", "messages": "message_id", "drafts": "draft_id"}
GROUP = "/staff/groups/{group_id}"

# These take a second person: tests/test_drafts.py.
BY_TWO = {("POST", "/staff/drafts/{draft_id}/approve"), ("POST", "/staff/messages/{message_id}/review")}

# A new staff route is listed here, with the tables that it writes.
ACTS = [
    Act("POST", f"{GROUP}/attachments", ATTACHED, FILE),
    Act("PUT", f"{GROUP}/attachments/{{attachment_id}}/content", ATTACHED, {"content": CONTENT, "headers": RAW}),
    Act("POST", f"{GROUP}/messages", SENT, {"json": WRITTEN}),
    Act("GET", f"{GROUP}/messages"),
    Act("GET", f"{GROUP}/messages/{{message_id}}"),
    Act("POST", "/staff/audience", frozenset(), {"json": {"audience": TO_AN_AREA, "type": "advice"}}),
    Act("POST", "/staff/attachments", ATTACHED, FILE),
    Act("PUT", "/staff/attachments/{attachment_id}/content", ATTACHED, {"content": CONTENT, "headers": RAW}),
    Act("POST", "/staff/messages", SENT, {"json": {**WRITTEN, "audience": TO_AN_AREA}}),
    Act("POST", "/staff/messages/{message_id}/recall", frozenset({"recalls"}), {"json": {}}),
    Act("GET", "/staff/messages/{message_id}/report"),
    Act("GET", "/staff/messages/{message_id}/report.svg"),
    Act("GET", "/staff/reviews"),
    Act("POST", "/staff/drafts", frozenset({"drafts"}), {"json": DRAFTED}),
    Act("GET", "/staff/drafts"),
    Act("GET", "/staff/drafts/{draft_id}"),
    Act("GET", "/staff/drafts/{draft_id}/preview"),
    Act("PUT", "/staff/drafts/{draft_id}", frozenset({"drafts"}), {"json": {**DRAFTED, "version": 1}}),
    Act("POST", "/staff/drafts/{draft_id}/schedule", frozenset({"drafts"}), {"json": {"version": 2, "send_at": LATER}}),
    Act("POST", "/staff/drafts/{draft_id}/send", SENT | {"drafts"}, {"json": {"version": 2}}),
    Act("POST", "/staff/drafts", frozenset({"drafts"}), {"json": DRAFTED}),
    Act("DELETE", "/staff/drafts/{draft_id}", frozenset({"drafts"})),
    Act("GET", "/staff/messages"),
    Act("GET", "/staff/messages/{message_id}"),
]


@pytest.fixture
async def owner(ground: Ground) -> AsyncIterator[AsyncEngine]:
    """Who may read every table."""
    engine = create_async_engine(ground.owner_database_url)
    yield engine
    await engine.dispose()


@pytest.mark.parametrize("role", [Role.POLICE, Role.COORDINATOR, Role.ADMINISTRATOR])
async def test_no_staff_route_changes_a_list_a_contact_or_what_is_known_of_the_group(
    group: Group, owner: AsyncEngine, role: Role
) -> None:
    list_id = await group.make_list()
    await group.contact(list_id)
    member = await group.add()
    put = await group.ask("PUT", f"/lists/{list_id}/members/{member.id}")
    assert put.status_code == 204, put.text
    staff = group.staff(role)
    ids: dict[str, str] = {"attachment_id": list_id, "message_id": list_id, "draft_id": list_id}
    before = await rows_of(owner, metadata)
    for act in ACTS:
        sent = act.sent or {}
        headers = signed(group.issuer, staff, "messaging", JurisdictionPass(staff.id, group.id)) | sent.get(
            "headers", {}
        )
        path = act.route.format(group_id=group.id, **ids)
        answer = await group.client.request(act.method, path, **{**sent, "headers": headers})
        assert answer.is_success or role is Role.ADMINISTRATOR, (act, answer.text)
        if act.method == "POST" and answer.is_success:
            told = answer.json() if answer.content else {}
            made = act.route.rpartition("/")[2]
            if made in MADE:
                ids[MADE[made]] = told["id"]
        after = await rows_of(owner, metadata)
        written = difference(before, after).tables
        assert written <= act.writes, act
        assert bool(written) == (bool(act.writes) and answer.is_success), act
        before = after


async def test_every_staff_route_is_in_this_table(group: Group) -> None:
    """The gateway's rows are these routes, one for one: tests/contracts/test_policy_rows.py."""
    app = group.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    staff = {(m.upper(), p) for p, item in app.openapi()["paths"].items() for m in item if p.startswith("/staff/")}
    listed = {(act.method, act.route) for act in ACTS} | BY_TWO
    assert staff - listed == set(), "a new staff route: add it to ACTS in this file, with the tables that it writes"
    assert listed - staff == set(), "this staff route is gone: take it out of ACTS in this file"
