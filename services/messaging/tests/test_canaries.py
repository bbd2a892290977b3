"""What belongs to a group shows to no staff, and what belongs to an organisation to nobody else (P4, P5, P16)."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from messaging.storage.tables import metadata
from shared.auth.jurisdiction import JurisdictionPass
from shared.auth.principal import Principal, Role
from shared.contracts.groups import AreaChanged
from shared.ids import new_id
from shared.testing.client import signed
from sqlalchemy import select

from services.messaging.tests.conftest import Group
from services.messaging.tests.test_attachments import CONTENT, RAW, attach_as, declare

AREA = "E05009330"
OF_GROUP = ("canary-list", "canary-contact", "canary-draft", "canary-message", "canary-file")
OF_POLICE = ("canary-plan", "canary-note", "canary-alert")


@dataclass(frozen=True)
class Planted:
    """Where canaries sit: the ids that a path may name."""

    group: dict[str, str]
    police: dict[str, str]
    staff: Principal
    address: str


@pytest.fixture
async def planted(group: Group) -> Planted:
    staff = group.staff()
    list_id = await group.make_list("canary-list")
    address = f"canary-contact-{new_id().hex[-8:]}@example.org"
    await group.contact(list_id, address)
    attachment_id = await declare(group, "canary-file.pdf", len(CONTENT))
    path = f"/attachments/{attachment_id}/content"
    assert (await group.ask("PUT", path, content=CONTENT, headers=RAW)).status_code == 204
    message_id = await group.write("canary-message", "canary-message", attachment_ids=[attachment_id])
    draft = await group.ask("POST", "/drafts", json={"subject": "canary-draft", "body": "canary-draft"})
    await group.bus.tell(AreaChanged(code=AREA, name="There", level="ward", parent="E09000030", version=1))
    told = {"audience": {"include": [{"kind": "area", "area": AREA}]}, "subject": "canary-plan", "body": "canary-note"}
    headers = signed(group.issuer, staff, "messaging")
    plan = await group.client.post("/staff/drafts", headers=headers, json=told)
    alert = await group.client.post(
        "/staff/messages", headers=headers, json={**told, "subject": "canary-alert", "priority": 2}
    )
    assert (draft.status_code, plan.status_code, alert.status_code) == (201, 201, 202)
    return Planted(
        group={
            "group_id": str(group.id),
            "list_id": list_id,
            "message_id": message_id,
            "attachment_id": attachment_id,
            "draft_id": draft.json()["id"],
        },
        police={
            "group_id": str(group.id),
            "list_id": list_id,
            "message_id": alert.json()["id"],
            "attachment_id": await attach_as(group, staff),
            "draft_id": plan.json()["id"],
        },
        staff=staff,
        address=address,
    )


def routes_that_show(group: Group) -> list[str]:
    app = group.client._transport.app  # type: ignore[attr-defined]  # httpx keeps it there
    return [path for path, item in app.openapi()["paths"].items() if "get" in item]


async def shown_to(group: Group, headers: dict[str, str], ids: dict[str, str]) -> str:
    """Every answer to every question that this session can ask, headers and all."""
    told = []
    for path in routes_that_show(group):
        target = re.sub(r"{(\w+)}", lambda match: ids.get(match[1], str(new_id())), path)
        asked = {"secret": "x", "token": "x"} if path in {"/contacts/confirm", "/leave"} else {}
        answer = await group.client.get(target, headers=headers, params=asked)
        told.append(f"{path} {answer.status_code} {answer.headers} {answer.text}")
    return "\n".join(told)


def found(canaries: tuple[str, ...], told: str) -> list[str]:
    return [line[:300] for line in told.splitlines() if any(canary in line for canary in canaries)]


@pytest.mark.parametrize("role", [Role.POLICE, Role.COORDINATOR, Role.ADMINISTRATOR])
async def test_what_is_a_groups_own_shows_to_no_staff(group: Group, planted: Planted, role: Role) -> None:
    staff = group.staff(role)
    headers = signed(group.issuer, staff, "messaging", JurisdictionPass(staff.id, group.id))
    told = await shown_to(group, headers, planted.group)
    assert "/staff/messages 200" in told or role is Role.ADMINISTRATOR
    assert found((*OF_GROUP, planted.address), told) == []


async def test_what_is_an_organisations_own_shows_to_nobody_else(group: Group, planted: Planted) -> None:
    # Its own people do see it: the question was right.
    own = await shown_to(group, signed(group.issuer, planted.staff, "messaging"), planted.police)
    assert {canary for canary in OF_POLICE if canary in own} == set(OF_POLICE)
    others = [group.staff(role, new_id()) for role in (Role.POLICE, Role.COORDINATOR)]
    others.append(group.staff(Role.ADMINISTRATOR))
    proof = {each.id: JurisdictionPass(each.id, group.id) for each in others}
    member = await group.add()
    sessions = {
        **{str(each.role): signed(group.issuer, each, "messaging", proof[each.id]) for each in others},
        "chair": group.headers(group.chair, "chair"),
        "member": group.headers(member),
        "inbox": group.inbox_headers(group.chair),
        "nobody": {},
    }
    for who, headers in sessions.items():
        assert found(OF_POLICE, await shown_to(group, headers, planted.police)) == [], who


async def test_no_event_and_no_log_tells_either(group: Group, planted: Planted, capfd: Any) -> None:
    await group.bus.send(group.id)
    await shown_to(group, signed(group.issuer, planted.staff, "messaging"), planted.police)
    outbox = metadata.tables["outbox"]
    async with group.bus.resources.engine.connect() as connection:
        told = "\n".join(str(row) for row in await connection.scalars(select(outbox.c.envelope)))
    canaries = (*OF_GROUP, *OF_POLICE, planted.address)
    assert found(canaries, told) == []
    said = capfd.readouterr()
    assert found(canaries, said.out + said.err) == []
