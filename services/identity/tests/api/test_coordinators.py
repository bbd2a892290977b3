"""A member who is appointed works as coordinator in a separate session (P1)."""

from datetime import timedelta

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.errors import SessionOver
from identity.storage import tables
from identity.use_cases.refresh_session import refresh_session
from shared.auth.access import read_access_token
from shared.auth.principal import Assurance, Plane, Role
from shared.clock import now
from shared.testing.issuer import Issuer
from sqlalchemy import select, update

from services.identity.tests.conftest import POLICE_DOMAIN, People, Person, an_address


async def open_staff(people: People, person: Person) -> httpx.Response:
    code = await people.fresh_code(person)
    return await people.client.post("/sessions/staff", json={"code": code, "declaration": True}, headers=person.headers)


async def test_a_coordinator_opens_a_separate_staff_session_and_the_member_session_goes_on(
    people: People, administrator: Person, ourwatch: str, issuer: Issuer
) -> None:
    person = await people.coordinator(administrator, ourwatch, areas=["E09000030", "E05009317"])
    opened = (await open_staff(people, person)).json()
    said = read_access_token(opened["access_token"], issuer.trust, now())
    assert (said.id, said.plane, said.role) == (person.id, Plane.STAFF, Role.COORDINATOR)
    assert (str(said.organisation_id), sorted(said.areas)) == (ourwatch, ["E05009317", "E09000030"])
    assert said.assurance is Assurance.TWO_FACTORS
    assert said.session_id != person.session_id
    member = await people.client.post("/sessions/refresh", json={"refresh_token": person.refresh_token})
    assert member.json()["plane"] == "member"


async def test_signing_out_as_coordinator_leaves_the_member_session(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    opened = (await open_staff(people, person)).json()
    headers = {"authorization": f"Bearer {opened['access_token']}"}
    assert (await people.client.delete("/staff/sessions/current", headers=headers)).status_code == 204
    ended = (await people.client.get("/internal/revocations")).json()["ended"]
    assert opened["session_id"] in ended
    assert str(person.session_id) not in ended


async def test_the_staff_session_asks_for_a_fresh_code(people: People, administrator: Person, ourwatch: str) -> None:
    person = await people.coordinator(administrator, ourwatch)
    code = await people.fresh_code(person)
    answers = [
        await people.client.post("/sessions/staff", json={"code": code, "declaration": True}, headers=person.headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 403]


async def test_nobody_opens_a_staff_session_without_an_appointment(people: People) -> None:
    assert (await open_staff(people, await people.careful_resident())).json()["code"] == "identity.not_appointed"


async def test_a_staff_account_opens_no_coordinator_session(people: People, officer: Person) -> None:
    assert (await open_staff(people, officer)).json()["code"] == "auth.wrong_plane"


async def test_whoever_signed_out_opens_no_staff_session(people: People, administrator: Person, ourwatch: str) -> None:
    person = await people.coordinator(administrator, ourwatch)
    await people.client.delete("/sessions/current", headers=person.headers)
    assert (await open_staff(people, person)).json()["code"] == "identity.session_over"


@pytest.mark.parametrize("column", ["until", "ended_at"])
async def test_an_appointment_that_is_over_opens_nothing_and_goes_on_with_nothing(
    people: People, administrator: Person, ourwatch: str, resources: Resources, column: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    opened = (await open_staff(people, person)).json()
    await people.change(
        update(tables.appointments)
        .where(tables.appointments.c.person_id == person.id)
        .values({column: now() - timedelta(seconds=1)})
    )
    assert (await open_staff(people, person)).json()["code"] == "identity.not_appointed"
    with pytest.raises(SessionOver):
        await refresh_session(
            resources.unit_of_work(), resources.keyring, refresh_token=opened["refresh_token"], now=now()
        )


async def test_a_new_appointment_changes_the_areas_of_an_open_session(
    people: People, administrator: Person, ourwatch: str, issuer: Issuer
) -> None:
    person = await people.coordinator(administrator, ourwatch, areas=["E09000030"])
    opened = (await open_staff(people, person)).json()
    again = {"email": person.email, "organisation_id": ourwatch, "areas": ["E09000030", "E05009317"]}
    await people.client.post("/staff/appointments", json=again, headers=administrator.headers)
    gone_on = await people.client.post("/sessions/refresh", json={"refresh_token": opened["refresh_token"]})
    said = read_access_token(gone_on.json()["access_token"], issuer.trust, now())
    assert said.areas == {"E09000030", "E05009317"}


async def test_a_coordinator_who_loses_an_area_is_signed_out_as_coordinator_alone(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch, areas=["E09000030"])
    opened = (await open_staff(people, person)).json()
    again = {"email": person.email, "organisation_id": ourwatch, "areas": ["E05009317"]}
    await people.client.post("/staff/appointments", json=again, headers=administrator.headers)
    ended = (await people.client.get("/internal/revocations")).json()["ended"]
    assert opened["session_id"] in ended
    assert str(person.session_id) not in ended


async def test_a_coordinator_declares_once_that_they_are_no_police(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    answers = []
    for declaration in ({}, {"declaration": False}, {"declaration": True}, {}):
        body = {"code": await people.fresh_code(person), **declaration}
        answers.append(await people.client.post("/sessions/staff", json=body, headers=person.headers))
    assert [answer.status_code for answer in answers] == [403, 403, 201, 201]
    assert answers[0].json()["code"] == "identity.declaration_needed"


async def test_a_declaration_with_a_wrong_code_is_none(people: People, administrator: Person, ourwatch: str) -> None:
    person = await people.coordinator(administrator, ourwatch)
    wrong = f"{(int(await people.fresh_code(person)) + 1) % 1_000_000:06d}"
    refused = await people.client.post(
        "/sessions/staff", json={"code": wrong, "declaration": True}, headers=person.headers
    )
    assert refused.status_code == 403
    declared = select(tables.appointments.c.declared_at).where(tables.appointments.c.person_id == person.id)
    assert (await people.rows(declared))[0].declared_at is None


async def test_whoever_is_appointed_again_after_the_end_declares_again(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    await open_staff(people, person)
    offer = await people.offer_to(person.email)
    await people.client.delete(f"/staff/appointments/{offer}", headers=administrator.headers)
    again = {"email": person.email, "organisation_id": ourwatch, "areas": ["E09000030"]}
    await people.client.post("/staff/appointments", json=again, headers=administrator.headers)
    body = {"code": await people.fresh_code(person)}
    answer = await people.client.post("/sessions/staff", json=body, headers=person.headers)
    assert answer.json()["code"] == "identity.declaration_needed"


@pytest.mark.parametrize("domain", [POLICE_DOMAIN, f"cid.{POLICE_DOMAIN}"])
async def test_whoever_has_a_police_address_is_silently_not_appointed(
    people: People, administrator: Person, ourwatch: str, force: str, domain: str
) -> None:
    person = await people.resident(an_address("officer", domain))
    body = {"email": person.email, "organisation_id": ourwatch, "areas": []}
    answer = await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
    unknown = await people.client.post(
        "/staff/appointments", json=body | {"email": an_address()}, headers=administrator.headers
    )
    assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content)
    assert await people.rows(select(tables.appointments).where(tables.appointments.c.person_id == person.id)) == []


async def test_an_appointment_opens_nothing_once_the_address_is_known_as_police(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    await people.change(
        update(tables.accounts)
        .where(tables.accounts.c.id == person.id)
        .values(email=f"a.{person.email}.police-town.example")
    )
    body = {"name": f"Town Police {person.id}", "authority": "police", "email_domains": ["police-town.example"]}
    assert (
        await people.client.post("/staff/organisations", json=body, headers=administrator.headers)
    ).status_code == 201
    assert (await open_staff(people, person)).json()["code"] == "identity.not_appointed"


async def test_an_ended_appointment_ends_the_staff_session_and_leaves_the_member_s(
    people: People, administrator: Person, ourwatch: str, resources: Resources
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    opened = (await open_staff(people, person)).json()
    path = f"/staff/appointments/{await people.offer_to(person.email)}"
    answers = [await people.client.delete(path, headers=administrator.headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 409]
    ended = (await people.client.get("/internal/revocations")).json()["ended"]
    assert opened["session_id"] in ended
    assert str(person.session_id) not in ended
    assert (await open_staff(people, person)).json()["code"] == "identity.not_appointed"
    told = [each for each in await people.told(person.id) if each["type"] == "identity.staff_changed.v1"]
    assert [(each["state"], each["version"]) for each in told] == [("active", 1), ("ended", 2)]
    kinds = select(tables.ledger.c.kind).where(tables.ledger.c.account_id == person.id).order_by(tables.ledger.c.id)
    assert [row.kind.value for row in await people.rows(kinds)][-3:] == ["appointed", "declared", "appointment_ended"]


async def test_a_force_appoints_no_coordinator(people: People, administrator: Person, force: str) -> None:
    body = {"email": an_address(), "organisation_id": force, "areas": []}
    answer = await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
    assert answer.json()["code"] == "identity.role_outside_organisation"
