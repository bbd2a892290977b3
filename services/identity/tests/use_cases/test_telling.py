"""What identity tells the others: exactly the events of its contract, and an address only once it is confirmed."""

import httpx
from identity.bootstrap import Resources
from identity.storage import tables
from identity.use_cases.republish import republish
from sqlalchemy import delete, select

from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address

PERSON, CONTACT = "identity.person_changed.v1", "identity.contact_changed.v1"
INVITEE, STAFF = "identity.invitee_known.v1", "identity.staff_changed.v1"


async def test_registering_tells_a_person_without_an_address_and_confirming_tells_it(
    client: httpx.AsyncClient, people: People, link_to: LinkTo, resources: Resources
) -> None:
    email = an_address()
    body = {"email": email, "password": PASSWORD, "display_name": "Amina Rahman", "area": "E05009317"}
    await client.post("/accounts", json=body)
    accounts = tables.accounts.c
    [(person_id,)] = await people.rows(select(accounts.id).where(accounts.email == email))
    about = {"person_id": str(person_id)}
    named = about | {"display_name": "Amina Rahman", "area": "E05009317"}
    registered = [
        {"type": PERSON, **named, "state": "registered", "version": 1},
        {"type": CONTACT, **about, "email": None, "version": 1},
    ]
    assert await people.told(person_id) == registered
    await client.post("/accounts/confirm", data={"secret": await link_to(email), "password": PASSWORD})
    assert (await people.told(person_id))[2:] == [
        {"type": PERSON, **named, "state": "active", "version": 2},
        {"type": CONTACT, **about, "email": email, "version": 2},
        {"type": INVITEE, **about, "email_tag": resources.keyring.email_tag(email), "version": 2},
    ]


async def test_registering_again_tells_the_newer_version_and_still_no_address(
    client: httpx.AsyncClient, people: People
) -> None:
    email = an_address()
    for name in ("Amina Rahman", "Amina R."):
        await client.post("/accounts", json={"email": email, "password": PASSWORD, "display_name": name})
    accounts = tables.accounts.c
    [(person_id,)] = await people.rows(select(accounts.id).where(accounts.email == email))
    told = await people.told(person_id)
    assert [each["version"] for each in told] == [1, 1, 2, 2]
    assert told[2]["display_name"] == "Amina R."
    assert {each["email"] for each in told if each["type"] == CONTACT} == {None}


async def test_the_tag_of_an_address_is_one_for_every_way_to_write_it(resources: Resources) -> None:
    tag = resources.keyring.email_tag
    assert tag("Amina@Example.ORG ") == tag("amina@example.org") != tag("amina@example.com")


async def test_an_invited_account_is_told_when_it_opens_and_not_before(
    people: People, administrator: Person, force: str
) -> None:
    officer = await people.officer(administrator, force)
    assert await people.told(officer.id) == [
        {
            "type": STAFF,
            "staff_id": str(officer.id),
            "person_id": None,
            "display_name": "PC Lee",
            "organisation_id": force,
            "role": "police",
            "areas": ["E09000030"],
            "state": "active",
            "version": 2,
        }
    ]


async def test_an_appointment_is_told_as_staff_who_are_also_a_person(
    people: People, administrator: Person, ourwatch: str
) -> None:
    person = await people.coordinator(administrator, ourwatch)
    body = {"email": person.email, "organisation_id": ourwatch, "areas": ["E05009317"]}
    await people.client.post("/staff/appointments", json=body, headers=administrator.headers)
    told = [each for each in await people.told(person.id) if each["type"] == STAFF]
    assert [(each["areas"], each["version"]) for each in told] == [(["E09000030"], 1), (["E05009317"], 2)]
    assert {(each["staff_id"], each["person_id"], each["role"], each["state"]) for each in told} == {
        (str(person.id), str(person.id), "coordinator", "active")
    }


async def test_republishing_tells_every_row_as_it_now_is(
    client: httpx.AsyncClient,
    people: People,
    resources: Resources,
    administrator: Person,
    force: str,
    ourwatch: str,
) -> None:
    officer = await people.officer(administrator, force)
    person = await people.coordinator(administrator, ourwatch)
    await client.put(f"/me/consents/{force}", headers=person.headers)
    waiting = await people.resident()
    [(consent_id,)] = await people.rows(select(tables.consents.c.id).where(tables.consents.c.person_id == person.id))
    ids = {"person": person.id, "officer": officer.id, "waiting": waiting.id, "consent": consent_id}
    newest = {name: _newest(await people.told(each)) for name, each in ids.items()}
    await people.change(delete(tables.metadata.tables["outbox"]))
    await republish(resources.unit_of_work(), resources.keyring)
    assert {name: _newest(await people.told(each)) for name, each in ids.items()} == newest
    assert set(newest["person"]) == {PERSON, CONTACT, INVITEE, STAFF}


def _newest(told: list[dict[str, object]]) -> dict[object, dict[str, object]]:
    return {each["type"]: each for each in told}
