"""Staff see how a member is reached only with groups' word, the member's yes, and a line in the member's ledger."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.errors import NotHere
from identity.storage import tables
from identity.use_cases.look_at_contact import look_at_contact
from identity.use_cases.republish import republish
from shared.auth import passes
from shared.auth.access import read_access_token
from shared.auth.principal import Principal
from shared.clock import now
from shared.ids import new_id
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer, a_member
from sqlalchemy import delete, select, text, update

from services.identity.tests.conftest import People, Person

PURPOSE = "Burglary at number 12"


def principal_of(person: Person, issuer: Issuer) -> Principal:
    return read_access_token(person.headers["authorization"].removeprefix("Bearer "), issuer.trust, now())


@dataclass
class Looking:
    """A member in a group, and an officer who wants to reach them. `passed` is what groups attests."""

    people: People
    issuer: Issuer
    officer: Person
    person: Person
    force: str
    group_id: UUID = field(default_factory=new_id)

    async def look(self, by: Person | None = None, proof: str | None = None, purpose: str = PURPOSE) -> httpx.Response:
        by = by or self.officer
        headers = {**by.headers, passes.HEADER: self.passed(by) if proof is None else proof}
        path = f"/staff/groups/{self.group_id}/memberships/{self.person.id}/contact"
        return await self.people.client.get(path, params={"purpose": purpose}, headers=headers)

    def passed(
        self, by: Person, audience: str = "identity", officer: Principal | None = None, **other: UUID | None
    ) -> str:
        over: dict[str, Any] = {"group_id": self.group_id, "person_id": self.person.id, **other}
        return self.issuer.jurisdiction(audience, officer or principal_of(by, self.issuer), **over)

    async def consent(self, method: str = "PUT") -> None:
        path = f"/me/consents/{self.force}"
        assert (await self.people.client.request(method, path, headers=self.person.headers)).status_code == 204

    async def lines(self) -> list[dict[str, str]]:
        column = tables.ledger.c
        chosen = select(column.details).where(column.account_id == self.person.id, column.kind == "contact_looked_at")
        return [row.details for row in await self.people.rows(chosen.order_by(column.id))]


@pytest.fixture
async def looking(people: People, issuer: Issuer, administrator: Person, force: str) -> Looking:
    return Looking(people, issuer, await people.officer(administrator, force), await people.resident(), force)


async def test_a_consented_contact_is_shown_and_stands_in_the_member_s_ledger(looking: Looking) -> None:
    await looking.consent()
    answer = await looking.look()
    assert (answer.status_code, answer.json()) == (
        200,
        {"person_id": str(looking.person.id), "email": looking.person.email},
    )
    said = {"organisation": looking.force, "team": "police", "purpose": PURPOSE, "group": str(looking.group_id)}
    assert await looking.lines() == [said]


async def test_every_look_keeps_the_officer_for_an_inquiry_and_tells_the_group_without_them(looking: Looking) -> None:
    await looking.consent()
    await looking.look()
    table = tables.contact_looks
    [kept] = await looking.people.rows(select(table).where(table.c.person_id == looking.person.id))
    assert (kept.staff_id, kept.role.value, kept.purpose) == (looking.officer.id, "police", PURPOSE)
    assert (str(kept.organisation_id), kept.group_id, kept.person_digest) == (looking.force, looking.group_id, None)
    assert await looking.people.told(kept.id) == [
        {
            "type": "identity.contact_looked_at.v1",
            "version": 1,
            "look_id": str(kept.id),
            "group_id": str(looking.group_id),
            "person_id": str(looking.person.id),
            "organisation_id": looking.force,
            "role": "police",
            "purpose": PURPOSE,
            "at": kept.at.isoformat().replace("+00:00", "Z"),
        }
    ]


async def test_a_member_takes_along_who_looked_without_the_officer(looking: Looking) -> None:
    await looking.consent()
    await looking.look()
    person = await looking.people.sign_in(looking.person)
    taken = (await looking.people.client.get("/me/export", headers=person.headers)).json()
    [look] = taken["contact_looks"]
    assert (look["organisation_id"], look["role"], look["purpose"]) == (looking.force, "police", PURPOSE)
    assert str(looking.officer.id) not in str(taken)


async def test_what_is_left_of_looks_at_an_erased_member_points_at_nobody(looking: Looking) -> None:
    await looking.consent()
    for _ in range(2):
        await looking.look()
    body = {"password": looking.person.password}
    erased = await looking.people.client.post("/me/erasure", json=body, headers=looking.person.headers)
    assert erased.status_code == 202
    table = tables.contact_looks
    left = await looking.people.rows(select(table).where(table.c.staff_id == looking.officer.id))
    assert [(each.person_id, each.purpose) for each in left] == [(None, PURPOSE)] * 2
    [digest] = {each.person_digest for each in left}  # one person, whoever it was
    assert len(digest) == 32
    assert digest != hashlib.sha256(looking.person.id.bytes).digest()
    await looking.people.change(delete(tables.metadata.tables["outbox"]))
    await republish(looking.people.resources.unit_of_work(), looking.people.resources.keyring)
    assert [told["person_id"] for each in left for told in await looking.people.told(each.id)] == [None, None]


async def test_no_consent_a_withdrawn_one_and_nobody_are_one_answer(looking: Looking) -> None:
    never = await looking.look()
    await looking.consent()
    await looking.consent("DELETE")
    withdrawn = await looking.look()
    looking.person.id = new_id()
    nobody = await looking.look()
    told = [{**answer.json(), "correlation_id": ""} for answer in (never, withdrawn, nobody)]
    assert [answer.status_code for answer in (never, withdrawn, nobody)] == [404, 404, 404]
    assert told[0] == told[1] == told[2]
    assert await looking.lines() == []


async def test_a_consent_to_one_organisation_is_none_to_another(
    looking: Looking, people: People, administrator: Person
) -> None:
    await looking.consent()
    body = {"name": f"Kent Police {new_id().hex}", "authority": "police", "email_domains": ["police.example"]}
    kent = (await people.client.post("/staff/organisations", json=body, headers=administrator.headers)).json()["id"]
    stranger = await people.officer(administrator, kent)
    assert (await looking.look(stranger)).status_code == 404


def wrong_passes(looking: Looking) -> dict[str, Callable[[], str]]:
    by = looking.officer
    return {
        "none": lambda: "",
        "another person": lambda: looking.passed(by, person_id=new_id()),
        "no person": lambda: looking.passed(by, person_id=None),
        "another group": lambda: looking.passed(by, group_id=new_id()),
        "another service": lambda: looking.passed(by, audience="messaging"),
        "another officer": lambda: looking.passed(by, officer=a_member()),
    }


async def test_without_groups_word_for_this_very_person_nothing_is_shown(looking: Looking) -> None:
    await looking.consent()
    for name, make in wrong_passes(looking).items():
        answer = await looking.look(proof=make())
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.no_proof"), name
    assert await looking.lines() == []


async def test_a_purpose_must_be_stated(looking: Looking) -> None:
    await looking.consent()
    for purpose in ("", "why", "    a    "):
        assert (await looking.look(purpose=purpose)).status_code == 422


async def test_whoever_was_suspended_sees_nothing_with_a_token_and_pass_that_still_live(
    looking: Looking, people: People, administrator: Person
) -> None:
    await looking.consent()
    await people.client.post(f"/staff/accounts/{looking.officer.id}/suspend", headers=administrator.headers)
    assert (await looking.look()).status_code == 404


async def test_a_coordinator_sees_it_while_the_appointment_lasts(
    looking: Looking, people: People, administrator: Person, ourwatch: str
) -> None:
    looking.force = ourwatch
    await looking.consent()
    coordinator = await people.coordinator(administrator, ourwatch)
    shown = {"code": await people.fresh_code(coordinator), "declaration": True}
    opened = await people.client.post("/sessions/staff", json=shown, headers=coordinator.headers)
    coordinator.is_now(opened.json())
    assert (await looking.look(coordinator)).status_code == 200
    over = {"until": now() - timedelta(seconds=1)}
    await people.change(
        update(tables.appointments).where(tables.appointments.c.person_id == coordinator.id).values(over)
    )
    assert (await looking.look(coordinator)).status_code == 404
    assert [line["team"] for line in await looking.lines()] == ["coordinator"]


async def test_a_member_session_sees_no_contact(looking: Looking, people: People) -> None:
    await looking.consent()
    answer = await looking.look(await people.resident())
    assert answer.json()["code"] == "auth.wrong_plane"


async def test_a_look_that_waits_for_a_withdrawal_comes_to_nothing(
    looking: Looking, resources: Resources, people: People
) -> None:
    await looking.consent()
    officer = principal_of(looking.officer, looking.issuer)
    async with (held := resources.unit_of_work()):
        locked = tables.consents.c.person_id == looking.person.id
        await held.session.execute(update(tables.consents).where(locked).values(is_given=False))
        seeing = asyncio.create_task(
            look_at_contact(
                resources.unit_of_work(),
                officer,
                group_id=looking.group_id,
                person_id=looking.person.id,
                purpose=PURPOSE,
                now=now(),
            )
        )

        async def waits() -> bool:
            return bool((await people.rows(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))[0][0])

        await eventually(waits)
    with pytest.raises(NotHere):
        await seeing
