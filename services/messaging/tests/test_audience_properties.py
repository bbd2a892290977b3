"""Whatever the audience and whatever changes meanwhile: who is meant gets one copy, and nobody else gets any (P25)."""

import asyncio
import os
from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, example, given, settings
from messaging.domain.sends import LeaveScope
from messaging.leave_links import Leave, leave_token
from shared.bus.outcomes import Done
from shared.clock import now
from shared.contracts.groups import AreaChanged, GroupChanged, OfficeChanged
from shared.contracts.identity import ConsentChanged, ContactChanged, OrganisationChanged, PersonChanged
from shared.ids import new_id
from shared.testing.client import signed
from shared.testing.issuer import a_member
from sqlalchemy import text

from services.messaging.tests import worlds
from services.messaging.tests.conftest import Group, Person
from services.messaging.tests.worlds import Change, Send, Somebody, World

EXAMPLES = int(os.environ.get("OURWATCH_AUDIENCE_EXAMPLES", "6"))
IS_SLICE = "OURWATCH_AUDIENCE_EXAMPLES" not in os.environ
WARDS = {worlds.HERE: "E05009328", worlds.THERE: "E05009329"}


class Played:
    """A world as messaging knows it, told by events and made through its routes."""

    def __init__(self, group: Group, world: World) -> None:
        self.group, self.world = group, world
        run = new_id().hex[-12:]
        self.addresses = [f"box-{number}-{run}@example.org" for number in range(worlds.MAILBOXES)]
        self.people = [Person(a_member(), self._address(each.mailbox)) for each in world.people]
        self.versions: dict[object, int] = {}
        self.consents = [new_id() for _ in world.people]
        self.terms = [new_id() for _ in world.people]
        self.lists: list[str] = []
        self.contact_ids: dict[tuple[int, int], str] = {}

    async def set_up(self) -> None:
        for number in range(worlds.LISTS):
            self.lists.append(await self.group.make_list(f"List {number} {new_id().hex[-6:]}"))
        for number, somebody in enumerate(self.world.people):
            await self.tell(number, somebody, None)
        for mailbox, number in sorted(self.world.contacts):
            told = {"email": self.addresses[mailbox], "name": "Joe"}
            answer = await self.group.ask("POST", f"/lists/{self.lists[number]}/contacts", json=told)
            self.contact_ids[mailbox, number] = answer.json()["id"]
        # Their yes: how it is said is tried elsewhere, and a mailbox is asked three times a day at most.
        async with self.group.bus.resources.engine.begin() as connection:
            yes = text("UPDATE list_contacts SET state = 'confirmed' WHERE list_id = ANY(CAST(:lists AS uuid[]))")
            await connection.execute(yes, {"lists": self.lists})
            asked = text("DELETE FROM outbox WHERE routing_key = 'messaging.chunk_ready.v1'")
            await connection.execute(asked)

    async def tell(self, number: int, is_now: Somebody, before: Somebody | None) -> None:
        """What is other about this person than before."""
        person, group = self.people[number], self.group
        old = before or Somebody(None, False, False, frozenset(), "", False)
        if before is None or old.lives != is_now.lives:
            area, version = WARDS[is_now.lives], self._next(("person", number))
            await group.bus.tell(
                PersonChanged(person_id=person.id, display_name="A", state="active", area=area, version=version)
            )
        if before is None:
            await group.bus.tell(ContactChanged(person_id=person.id, email=person.email, version=1))
        if old.is_member != is_now.is_member:
            await group.membership(person, "active" if is_now.is_member else "removed", self._next(("member", number)))
        if old.consents != is_now.consents:
            await group.bus.tell(self._consent(number, given=is_now.consents))
        if old.is_officer != is_now.is_officer:
            await group.bus.tell(self._term(number, ended=not is_now.is_officer))
        for each in is_now.lists - old.lists:
            # Also of somebody who does not belong now: they may have been put there when they did.
            row = {"list_id": self.lists[each], "person_id": person.id}
            put = text("INSERT INTO list_members (list_id, person_id, added_at) VALUES (:list_id, :person_id, now())")
            async with group.bus.resources.engine.begin() as connection:
                await connection.execute(put, row)
        for each in old.lists - is_now.lists:
            await group.ask("DELETE", f"/lists/{self.lists[each]}/members/{person.id}")
        if is_now.is_muted and not old.is_muted:
            chosen = {"muted_types": ["event"], "quiet_hours": None}
            headers = signed(group.issuer, person.principal, "messaging")
            assert (await group.client.put("/preferences", headers=headers, json=chosen)).status_code == 200

    async def send(self, send: Send) -> str:
        parts = {
            "members": {"kind": "group", "group_id": str(self.group.id)} if send.by_staff else {"kind": "members"},
            "office": {"kind": "office"} | ({"group_id": str(self.group.id)} if send.by_staff else {}),
            "area here": {"kind": "area", "area": WARDS[worlds.HERE]},
            "area there": {"kind": "area", "area": WARDS[worlds.THERE]},
            **{f"list {n}": {"kind": "list", "list_id": list_id} for n, list_id in enumerate(self.lists)},
        }
        audience = {
            "include": [parts[each] for each in sorted(send.include)],
            "exclude": [parts[each] for each in sorted(send.exclude)],
        }
        told: dict[str, Any] = {"subject": "Tried", "body": "Body", "type": "event", "audience": audience}
        if send.by_staff:
            headers = signed(self.group.issuer, self.group.staff(), "messaging")
            answer = await self.group.client.post("/staff/messages", headers=headers, json={**told, "priority": 3})
        else:
            answer = await self.group.ask("POST", "/messages", json=told)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def change(self, send: Send, change: Change) -> None:
        before, self.world = self.world, worlds.changed(self.world, send, change)
        for number, (old, is_now) in enumerate(zip(before.people, self.world.people, strict=True)):
            if old != is_now:
                await self.tell(number, is_now, old)
        for mailbox, number in before.contacts - self.world.contacts:
            at = f"/lists/{self.lists[number]}/contacts/{self.contact_ids[mailbox, number]}"
            assert (await self.group.ask("DELETE", at)).status_code == 204
        for mailbox, scope in self.world.departures - before.departures:
            await self._leave(mailbox, scope)

    async def arrived(self) -> dict[int, int]:
        """How many copies lie in which mailbox, of those that have any; none shows another's address (P24)."""
        found = {}
        for number, address in enumerate(self.addresses):
            mails = [mail for mail in self.group.mails(address) if mail["Subject"] == "Tried"]
            for mail in mails:
                written = mail.as_string()
                assert not [other for other in self.addresses if other != address and other in written]
            if mails:
                found[number] = len(mails)
        return found

    async def _leave(self, mailbox: int, scope: str) -> None:
        keyring = self.group.bus.resources.keyring
        left, scope_id = {
            "organisation": (LeaveScope.ORGANISATION, self.group.organisation_id),
            "group": (LeaveScope.GROUP, self.group.id),
            **{f"list {n}": (LeaveScope.LIST, UUID(list_id)) for n, list_id in enumerate(self.lists)},
        }[scope]
        token = leave_token(keyring, Leave(left, scope_id, keyring.mailbox_tag(self.addresses[mailbox])))
        assert (await self.group.client.post("/leave", data={"token": token})).status_code == 200

    def _consent(self, number: int, *, given: bool) -> ConsentChanged:
        return ConsentChanged(
            consent_id=self.consents[number],
            person_id=self.people[number].id,
            organisation_id=self.group.organisation_id,
            state="given" if given else "withdrawn",
            since=now(),
            version=self._next(("consent", number)),
        )

    def _term(self, number: int, *, ended: bool) -> OfficeChanged:
        return OfficeChanged(
            term_id=self.terms[number],
            group_id=self.group.id,
            person_id=self.people[number].id,
            office="secretary",
            rights=[],
            since=now(),
            until=now() if ended else None,
            version=self._next(("term", number)),
        )

    def _next(self, of: object) -> int:
        self.versions[of] = self.versions.get(of, 0) + 1
        return self.versions[of]

    def _address(self, mailbox: int | None) -> str | None:
        return None if mailbox is None else self.addresses[mailbox]


async def played(group: Group, world: World, send: Send) -> tuple[dict[int, int], dict[str, int]]:
    """What arrived in which mailbox, and how the deliveries ended."""
    table = Played(group, world)
    await table.set_up()
    message_id = await table.send(send)
    for change in send.changes:
        await table.change(send, change)
    for body in await group.bus.all_chunks(message_id):
        assert await group.bus.sending().handle(body) == Done()
    query = text("SELECT state, count(*) AS number FROM deliveries WHERE send_id = :id GROUP BY state")
    async with group.bus.resources.engine.connect() as connection:
        ended = {row.state: row.number for row in await connection.execute(query, {"id": UUID(message_id)})}
    return await table.arrived(), ended


async def in_a_group_of_its_own(group: Group, world: World, send: Send) -> tuple[dict[int, int], dict[str, int]]:
    """The chair writes and has no mailbox, so nobody is meant but those of the world."""
    await group.bus.tell(
        *(AreaChanged(code=code, name=code, level="ward", parent="E09000030", version=1) for code in WARDS.values()),
        GroupChanged(
            group_id=group.id,
            kind="ward_panel",
            name=group.name,
            visibility="hidden",
            area=WARDS[worlds.HERE],
            state="active",
            version=1,
        ),
        OrganisationChanged(organisation_id=group.organisation_id, name="Police", authority="police", version=1),
        ContactChanged(person_id=group.chair.id, email=None, version=1),
    )
    await group.membership(group.chair, "active", 1)
    return await played(group, world, send)


async def test_who_is_meant_gets_one_copy_and_nobody_else_any(group: Group) -> None:
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=IS_SLICE,
        phases=(Phase.explicit, Phase.generate) if IS_SLICE else (Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(world=worlds.worlds, send=worlds.sends)
    def hold(world: World, send: Send) -> None:
        one = replace(group, id=new_id(), organisation_id=new_id(), chair=Person(a_member(), None), people=[])
        arrived, ended = asyncio.run_coroutine_threadsafe(in_a_group_of_its_own(one, world, send), loop).result(60)
        expected = worlds.copies(world, send)
        assert arrived == dict.fromkeys(expected, 1)
        # And the record says the same: one final state for each who was meant.
        assert ended.get("sent", 0) == len(expected)
        assert sum(ended.values()) == len(worlds.audience(world, send))
        assert set(ended) <= {"sent", "withheld"}

    for world, send in worlds.CHOSEN:
        hold = example(world=world, send=send)(hold)
    await asyncio.to_thread(hold)
