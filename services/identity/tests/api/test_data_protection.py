"""An organisation's own data-protection officer sees which of its people looked at whose contact; nobody else (P17)."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from identity.bootstrap import Resources
from identity.storage import tables
from identity.use_cases.republish import republish
from shared.auth import passes
from shared.auth.access import read_access_token
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import Issuer
from sqlalchemy import delete, select, update

from services.identity.tests.conftest import NOBODY, POLICE_DOMAIN, People, Person

PURPOSE = "Burglary at number 12"
REFUSED = (403, "identity.not_data_protection_officer")


@dataclass
class Force:
    """A police organisation of the test's own, and a member who said yes to it."""

    people: People
    issuer: Issuer
    administrator: Person
    id: str
    member: Person

    async def officer(self) -> Person:
        return await self.people.officer(self.administrator, self.id)

    async def name(self, whom: Person | None, by: Person | None = None, organisation: str = "") -> httpx.Response:
        path = f"/staff/organisations/{organisation or self.id}/data-protection-officer"
        body = {"account_id": str(whom.id) if whom else None}
        return await self.people.client.put(path, json=body, headers=(by or self.administrator).headers)

    async def officer_named(self) -> Person:
        officer = await self.officer()
        assert (await self.name(officer)).status_code == 204
        return officer

    async def look(self, by: Person) -> UUID:
        """Somebody of the force looks at the member's contact; the group."""
        principal = read_access_token(by.headers["authorization"].removeprefix("Bearer "), self.issuer.trust, now())
        group_id = new_id()
        proof = self.issuer.jurisdiction("identity", principal, group_id=group_id, person_id=self.member.id)
        path = f"/staff/groups/{group_id}/memberships/{self.member.id}/contact"
        headers = {**by.headers, passes.HEADER: proof}
        seen = await self.people.client.get(path, params={"purpose": PURPOSE}, headers=headers)
        assert seen.status_code == 200, seen.text
        return group_id

    async def read(self, by: Person, **page: Any) -> httpx.Response:
        return await self.people.client.get("/staff/contact-looks", params=page, headers=by.headers)

    async def refusal(self, by: Person) -> tuple[int, str]:
        answer = await self.read(by)
        return answer.status_code, answer.json().get("code", "")

    async def shown(self) -> str | None:
        """Whom the list of organisations says it is."""
        path = "/staff/organisations"
        listed = (await self.people.client.get(path, headers=self.administrator.headers)).json()
        [officer] = [each["data_protection_officer_id"] for each in listed if each["id"] == self.id]
        return officer if officer is None else str(officer)

    async def told(self) -> list[tuple[str | None, int]]:
        named = "identity.data_protection_officer_named.v1"
        events = await self.people.told(UUID(self.id))
        return [(each["staff_id"], each["version"]) for each in events if each["type"] == named]

    async def lines(self, whom: Person) -> list[tuple[str, dict[str, str]]]:
        column = tables.ledger.c
        chosen = select(column.kind, column.details).where(column.account_id == whom.id).order_by(column.id)
        lines = [(row.kind.value, row.details) for row in await self.people.rows(chosen)]
        return [(kind, said) for kind, said in lines if said.get("organisation") == self.id and "officer" in kind]


async def a_force(people: People, issuer: Issuer, administrator: Person) -> Force:
    body = {"name": f"Kent Police {new_id().hex}", "authority": "police", "email_domains": [POLICE_DOMAIN]}
    made = await people.client.post("/staff/organisations", json=body, headers=administrator.headers)
    member = await people.resident()
    await people.client.put(f"/me/consents/{made.json()['id']}", headers=member.headers)
    return Force(people, issuer, administrator, made.json()["id"], member)


@pytest.fixture
async def kent(people: People, issuer: Issuer, administrator: Person) -> Force:
    return await a_force(people, issuer, administrator)


@pytest.fixture
async def surrey(people: People, issuer: Issuer, administrator: Person) -> Force:
    return await a_force(people, issuer, administrator)


async def coordinator(people: People, administrator: Person, ourwatch: str) -> Person:
    """With a staff session of their own, so with an appointment that was taken up."""
    person = await people.coordinator(administrator, ourwatch)
    shown = {"code": await people.fresh_code(person), "declaration": True}
    opened = await people.client.post("/sessions/staff", json=shown, headers=person.headers)
    return person.is_now(opened.json())


async def test_the_officer_reads_who_looked_at_whose_contact(kent: Force) -> None:
    officer, constable = await kent.officer_named(), await kent.officer()
    group_id = await kent.look(constable)
    [look] = (await kent.read(officer)).json()["looks"]
    assert (look["staff_id"], look["staff_name"]) == (str(constable.id), "PC Lee")
    assert (look["person_id"], look["group_id"], look["purpose"]) == (str(kent.member.id), str(group_id), PURPOSE)


async def test_of_an_erased_member_the_officer_reads_the_look_and_not_whose_contact_it_was(kent: Force) -> None:
    officer = await kent.officer_named()
    await kent.look(officer)
    body = {"password": kent.member.password}
    erased = await kent.people.client.post("/me/erasure", json=body, headers=kent.member.headers)
    assert erased.status_code == 202
    [look] = (await kent.read(officer)).json()["looks"]
    assert (look["staff_id"], look["person_id"]) == (str(officer.id), None)


async def test_pages_follow_one_another_and_leave_nothing_out(kent: Force) -> None:
    officer = await kent.officer_named()
    groups = [str(await kent.look(officer)) for _ in range(5)]
    seen: list[str] = []
    after: dict[str, str] = {}
    while page := (await kent.read(officer, limit=2, **after)).json()["looks"]:
        seen += [each["group_id"] for each in page]
        after = {"after": page[-1]["id"]}
    assert seen == groups


async def test_another_organisation_s_officer_reads_their_own_organisation_s_looks_alone(
    kent: Force, surrey: Force
) -> None:
    await kent.officer_named()
    theirs = await surrey.officer_named()
    await kent.look(await kent.officer())
    assert (await surrey.read(theirs)).json() == {"looks": []}


async def test_colleagues_administrators_and_coordinators_are_refused_alike(
    kent: Force, people: People, administrator: Person, ourwatch: str
) -> None:
    officer = await kent.officer()
    await kent.look(officer)
    others = [officer, administrator, await coordinator(people, administrator, ourwatch)]
    assert {await kent.refusal(each) for each in others} == {REFUSED}
    await kent.officer_named()
    assert {await kent.refusal(each) for each in others} == {REFUSED}


async def test_the_former_officer_reads_nothing_once_another_is_named(kent: Force) -> None:
    former = await kent.officer_named()
    await kent.officer_named()
    assert await kent.refusal(former) == REFUSED


async def test_whoever_is_suspended_reads_nothing_with_a_token_that_still_lives(kent: Force) -> None:
    officer = await kent.officer_named()
    assert await kent.shown() == str(officer.id)
    await kent.people.client.post(f"/staff/accounts/{officer.id}/suspend", headers=kent.administrator.headers)
    assert await kent.refusal(officer) == REFUSED
    assert await kent.shown() is None


async def test_a_coordinator_s_office_lasts_as_long_as_the_appointment(
    kent: Force, people: People, administrator: Person, ourwatch: str
) -> None:
    officer = await coordinator(people, administrator, ourwatch)
    assert (await kent.name(officer, organisation=ourwatch)).status_code == 204
    assert (await kent.read(officer)).status_code == 200
    held = tables.appointments.c.person_id == officer.id
    await people.change(update(tables.appointments).where(held).values(until=now() - timedelta(seconds=1)))
    assert await kent.refusal(officer) == REFUSED


async def test_whoever_does_not_work_there_is_not_named_and_nothing_is_told_of_them(
    kent: Force, surrey: Force, people: People, administrator: Person, ourwatch: str
) -> None:
    suspended = await kent.officer()
    await people.client.post(f"/staff/accounts/{suspended.id}/suspend", headers=administrator.headers)
    undeclared = await people.coordinator(administrator, ourwatch)
    answers = [
        await kent.name(suspended),
        await kent.name(await surrey.officer()),
        await kent.name(await people.resident()),
        await kent.name(Person("nobody@example.org", id=NOBODY)),
        await kent.name(undeclared, organisation=ourwatch),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(422, "identity.not_their_staff")}
    assert await kent.told() == []


async def test_only_administrators_name_and_nobody_names_themselves(
    kent: Force, administrator: Person, ourwatch: str
) -> None:
    officer = await kent.officer()
    assert (await kent.name(officer, by=officer)).json()["code"] == "identity.not_yours_to_give"
    assert (await kent.name(administrator, organisation=ourwatch)).json()["code"] == "identity.not_yourself"
    assert (await kent.name(officer, organisation=str(new_id()))).status_code == 404


async def test_naming_stands_in_the_ledgers_of_who_acts_and_of_whom_it_is_about(
    kent: Force, people: People, administrator: Person
) -> None:
    first, second = await kent.officer_named(), await kent.officer_named()
    assert (await kent.name(None)).status_code == 204
    named, ended = "data_protection_officer_named", "data_protection_officer_ended"
    assert await kent.lines(administrator) == [
        (named, {"organisation": kent.id, "account": str(first.id)}),
        (ended, {"organisation": kent.id, "account": str(first.id)}),
        (named, {"organisation": kent.id, "account": str(second.id)}),
        (ended, {"organisation": kent.id, "account": str(second.id)}),
    ]
    for officer in (first, second):
        lines = await kent.lines(officer)
        assert [kind for kind, _ in lines] == [named, ended]
        assert {said["by"].rpartition(", ")[2] for _, said in lines} == {"administrator"}
        assert str(administrator.id) not in str(lines)


async def test_each_change_is_told_with_a_newer_version_and_again_with_everything(
    kent: Force, resources: Resources
) -> None:
    officer = await kent.officer_named()
    await kent.name(None)
    assert await kent.told() == [(str(officer.id), 2), (None, 3)]
    await kent.people.change(delete(tables.metadata.tables["outbox"]))
    await republish(resources.unit_of_work(), resources.keyring)
    assert await kent.told() == [(None, 3)]


async def test_one_name_twenty_times_at_once_is_one_act(kent: Force, administrator: Person) -> None:
    officer = await kent.officer()
    answers = await asyncio.gather(*(kent.name(officer) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {204}
    assert await kent.told() == [(str(officer.id), 2)]
    assert len(await kent.lines(administrator)) == len(await kent.lines(officer)) == 1


async def test_of_two_who_are_named_at_once_the_last_told_is_the_one(kent: Force) -> None:
    pair = [await kent.officer(), await kent.officer()]
    await asyncio.gather(*(kent.name(each) for each in pair * 10))
    told = await kent.told()
    assert [version for _, version in told] == list(range(2, len(told) + 2))
    assert all(told[n][0] != told[n + 1][0] for n in range(len(told) - 1))
    assert await kent.shown() == max(told, key=lambda each: each[1])[0]
