"""Known devices, remembered devices, and the sessions on them."""

import httpx
from identity.storage import tables
from shared.servers.mailsink import Mailbox
from sqlalchemy import select, update

from services.identity.tests.conftest import PASSWORD, People, Person


async def sign_in_on(people: People, person: Person, **more: object) -> httpx.Response:
    body = {"email": person.email, "password": PASSWORD, **more}
    if person.seed and "code" not in more and not more.get("without_code"):
        body["code"] = await people.fresh_code(person)
    body.pop("without_code", None)
    return await people.client.post("/sessions", json=body)


async def test_a_remembered_device_is_not_asked_for_a_code(people: People) -> None:
    person = await people.careful_resident()
    token = (await sign_in_on(people, person, remember=True)).json()["device_token"]
    again = await sign_in_on(people, person, device_token=token, without_code=True)
    assert (again.status_code, again.json()["assurance"]) == (201, "aal1")
    assert again.json()["device_token"] is None


async def test_a_remembered_device_stays_remembered_until_its_owner_says_otherwise(people: People) -> None:
    person = await people.careful_resident()
    token = (await sign_in_on(people, person, remember=True)).json()["device_token"]
    again = [await sign_in_on(people, person, device_token=token, without_code=True) for _ in range(2)]
    assert [answer.status_code for answer in again] == [201, 201]


async def test_a_device_on_which_the_app_is_added_stays_remembered(people: People) -> None:
    person = await people.resident()
    answer = await sign_in_on(people, person, remember=True)
    person.is_now(answer.json())
    person.seed = (await people.client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    shown = {"code": person.code()}
    await people.client.post("/me/authenticator/confirm", json=shown, headers=person.headers)
    again = await sign_in_on(people, person, device_token=answer.json()["device_token"], without_code=True)
    assert again.status_code == 201


async def test_a_device_that_is_only_known_is_asked_for_a_code(people: People) -> None:
    person = await people.careful_resident()
    token = (await sign_in_on(people, person)).json()["device_token"]
    again = await sign_in_on(people, person, device_token=token, without_code=True)
    assert again.json()["code"] == "identity.code_needed"


async def test_anothers_device_is_a_stranger(people: People) -> None:
    other, person = await people.careful_resident(), await people.careful_resident()
    token = (await sign_in_on(people, other, remember=True)).json()["device_token"]
    answer = await sign_in_on(people, person, device_token=token, without_code=True)
    assert answer.json()["code"] == "identity.code_needed"


async def test_a_device_of_staff_is_never_remembered(people: People, officer: Person) -> None:
    await people.sign_in(officer)
    token = (await sign_in_on(people, officer, remember=True)).json()["device_token"]
    kept = select(tables.devices.c.remembered).where(tables.devices.c.account_id == officer.id)
    assert {row.remembered for row in await people.rows(kept)} == {False}
    # Not even where one were.
    await people.change(update(tables.devices).where(tables.devices.c.account_id == officer.id).values(remembered=True))
    answer = await sign_in_on(people, officer, device_token=token, without_code=True)
    assert answer.json()["code"] == "identity.code_needed"


async def last_told(people: People, person: Person) -> tuple[str, dict[str, str]]:
    """What the owner was told last, by mail and in the ledger alike."""
    told = []
    for table in (tables.mail_queue, tables.ledger):
        mine = select(table.c.kind, table.c.details).where(table.c.account_id == person.id)
        [(kind, details)] = await people.rows(mine.order_by(table.c.id.desc()).limit(1))
        told.append((kind.value, details))
    assert told[0] == told[1]
    return told[0]


async def test_a_forgotten_device_is_a_stranger_and_signed_out(client: httpx.AsyncClient, people: People) -> None:
    person = await people.careful_resident()
    signed_in = (await sign_in_on(people, person, remember=True, device_name="Amina's phone")).json()
    devices = (await client.get("/me/devices", headers=person.headers)).json()
    [phone] = [device["id"] for device in devices if device["label"] == "Amina's phone"]
    assert (await client.delete(f"/me/devices/{phone}", headers=person.headers)).status_code == 204
    assert await last_told(people, person) == ("device_forgotten", {"device": "Amina's phone"})
    answer = await sign_in_on(people, person, device_token=signed_in["device_token"], without_code=True)
    assert answer.json()["code"] == "identity.code_needed"
    refreshed = await client.post("/sessions/refresh", json={"refresh_token": signed_in["refresh_token"]})
    assert refreshed.json()["code"] == "identity.session_over"


async def test_nobody_forgets_anothers_device_or_ends_anothers_session(
    client: httpx.AsyncClient, people: People
) -> None:
    victim, other = await people.resident(), await people.resident()
    device = (await client.get("/me/devices", headers=victim.headers)).json()[0]["id"]
    for path in (f"/me/devices/{device}", f"/me/sessions/{victim.session_id}"):
        assert (await client.delete(path, headers=other.headers)).status_code == 404
    assert (await client.post("/sessions/refresh", json={"refresh_token": victim.refresh_token})).status_code == 200


async def test_the_owner_is_told_of_a_new_device_and_not_of_the_first(
    people: People, mailbox: Mailbox, send_mail: object
) -> None:
    person = await people.resident()
    queued = select(tables.mail_queue.c.kind, tables.mail_queue.c.details).where(
        tables.mail_queue.c.account_id == person.id
    )
    assert [row.kind.value for row in await people.rows(queued)] == []
    await sign_in_on(people, person, device_name="A library computer")
    [(kind, details)] = await people.rows(queued)
    assert (kind.value, details) == ("new_device", {"device": "A library computer"})


async def test_sessions_are_listed_with_their_device_and_ended_one_by_one(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    other = (await sign_in_on(people, person, device_name="Old tablet")).json()
    listed = (await client.get("/me/sessions", headers=person.headers)).json()
    assert {(each["device"], each["is_current"]) for each in listed} == {
        ("Old tablet", False), ("a browser or app", True),
    }  # fmt: skip
    assert (await client.delete(f"/me/sessions/{other['session_id']}", headers=person.headers)).status_code == 204
    assert (await client.post("/sessions/refresh", json={"refresh_token": other["refresh_token"]})).status_code == 403
    again = await client.delete(f"/me/sessions/{other['session_id']}", headers=person.headers)
    assert again.status_code == 404
    ended = (await client.get("/internal/revocations")).json()["ended"]
    assert other["session_id"] in ended


async def test_the_owner_is_told_of_a_session_that_is_ended_from_another_and_not_of_the_own(
    client: httpx.AsyncClient, people: People
) -> None:
    person = await people.resident()
    other = (await sign_in_on(people, person, device_name="Old tablet")).json()["session_id"]
    for session in (other, person.session_id):
        assert (await client.delete(f"/me/sessions/{session}", headers=person.headers)).status_code == 204
    mails = select(tables.mail_queue.c.details).where(
        tables.mail_queue.c.account_id == person.id, tables.mail_queue.c.kind == "session_ended"
    )
    assert [row.details for row in await people.rows(mails)] == [{"device": "Old tablet"}]


async def test_signing_out_everywhere_ends_every_session(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    other = (await sign_in_on(people, person)).json()
    assert (await client.delete("/me/sessions", headers=person.headers)).status_code == 204
    assert await last_told(people, person) == ("sessions_ended", {})
    for token in (person.refresh_token, other["refresh_token"]):
        assert (await client.post("/sessions/refresh", json={"refresh_token": token})).status_code == 403


async def test_a_device_remembered_before_there_was_a_factor_is_asked_for_it(
    client: httpx.AsyncClient, people: People
) -> None:
    """Otherwise whoever had the password before the owner added an app would go on without it."""
    person = await people.resident()
    thief = (await sign_in_on(people, person, remember=True)).json()["device_token"]
    person.seed = (await client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    shown = {"code": person.code()}
    assert (await client.post("/me/authenticator/confirm", json=shown, headers=person.headers)).status_code == 200
    answer = await sign_in_on(people, person, device_token=thief, without_code=True)
    assert answer.json()["code"] == "identity.code_needed"
