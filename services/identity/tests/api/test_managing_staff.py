"""What administrators do with staff accounts that there are: it bites at once, and never locks everybody out."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.link_purposes import LinkPurpose
from identity.storage import tables
from identity.storage.links import Links
from identity.use_cases.create_administrator import create_administrator
from identity.use_cases.suspend_staff import suspend_staff
from shared.auth.access import read_access_token
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.testing.issuer import Issuer
from sqlalchemy import func, insert, select

from services.identity.tests.conftest import NOBODY, POLICE_DOMAIN, People, Person, an_address, invite


async def act(people: People, by: Person, whom: Person, verb: str) -> httpx.Response:
    return await people.client.post(f"/staff/accounts/{whom.id}/{verb}", headers=by.headers)


async def give_areas(people: People, by: Person, whom: Person, areas: list[str]) -> httpx.Response:
    return await people.client.put(f"/staff/accounts/{whom.id}/areas", json={"areas": areas}, headers=by.headers)


async def ended(people: People) -> list[str]:
    told: list[str] = (await people.client.get("/internal/revocations")).json()["ended"]
    return told


async def another_administrator(people: People, resources: Resources) -> Person:
    person = Person(an_address("administrator"))
    secret = await create_administrator(resources.unit_of_work(), email=person.email, display_name="Bo", now=now())
    return await people.accept(person, secret)


@pytest.fixture
async def leaver(people: People, administrator: Person, force: str) -> Person:
    return await people.officer(administrator, force)


@pytest.mark.parametrize("verb", ["suspend", "close"])
async def test_whoever_is_suspended_or_closed_is_out_at_once_everywhere(
    people: People, administrator: Person, leaver: Person, resources: Resources, verb: str
) -> None:
    first = leaver.session_id
    await people.sign_in(leaver)
    async with (uow := resources.unit_of_work()):
        await Links(uow.session).make(LinkPurpose.STAFF_INVITATION, leaver.id, now())
    device = {"id": new_id(), "account_id": leaver.id, "digest": new_id().bytes, "label": "A phone", "remembered": True}
    await people.change(insert(tables.devices).values(**device, first_used_at=now(), last_used_at=now()))
    assert (await act(people, administrator, leaver, verb)).status_code == 204
    assert {str(first), str(leaver.session_id)} <= set(await ended(people))
    gone_on = await people.client.post("/sessions/refresh", json={"refresh_token": leaver.refresh_token})
    assert gone_on.json()["code"] == "identity.session_over"
    body = {"email": leaver.email, "password": leaver.password, "code": await people.fresh_code(leaver)}
    assert (await people.client.post("/sessions", json=body)).json()["code"] == "identity.sign_in_refused"
    links = select(func.count()).select_from(tables.links).where(tables.links.c.account_id == leaver.id)
    assert (await people.rows(links))[0][0] == 0
    known = select(tables.devices.c.forgotten_at).where(tables.devices.c.account_id == leaver.id)
    assert {row.forgotten_at is None for row in await people.rows(known)} == {False}


async def test_whoever_is_reinstated_signs_in_as_before(people: People, administrator: Person, leaver: Person) -> None:
    await act(people, administrator, leaver, "suspend")
    assert (await act(people, administrator, leaver, "reinstate")).status_code == 204
    await people.sign_in(leaver)


async def test_a_closed_account_stays_closed(people: People, administrator: Person, leaver: Person) -> None:
    await act(people, administrator, leaver, "close")
    for verb in ("reinstate", "suspend", "close"):
        answer = await act(people, administrator, leaver, verb)
        assert (answer.status_code, answer.json()["code"]) == (409, "identity.not_now")


async def test_each_change_is_told_mailed_and_in_the_owner_s_ledger(
    people: People,
    administrator: Person,
    leaver: Person,
    send_mail: Callable[[], Awaitable[None]],
    mailbox: Mailbox,
) -> None:
    before = len(await people.told(leaver.id))
    await give_areas(people, administrator, leaver, ["E09000030", "E05009317"])
    for verb in ("suspend", "reinstate", "close"):
        await act(people, administrator, leaver, verb)
    told = (await people.told(leaver.id))[before:]
    assert [(each["state"], each["version"]) for each in told] == [
        ("active", 3),
        ("ended", 4),
        ("active", 5),
        ("ended", 6),
    ]
    assert told[0]["areas"] == ["E09000030", "E05009317"]
    await send_mail()
    subjects = {str(mail["Subject"]) for mail in mailbox.messages(to=leaver.email)}
    assert {
        "Your areas in OurWatch have changed",
        "Your OurWatch staff account is suspended",
        "Your OurWatch staff account works again",
        "Your OurWatch staff account is closed",
    } <= subjects
    kinds = select(tables.ledger.c.kind).where(tables.ledger.c.account_id == leaver.id).order_by(tables.ledger.c.id)
    assert [row.kind.value for row in await people.rows(kinds)][-4:] == [
        "areas_changed",
        "suspended",
        "reinstated",
        "closed",
    ]


async def test_more_areas_come_with_the_next_token_and_fewer_end_the_session(
    people: People, administrator: Person, leaver: Person, issuer: Issuer
) -> None:
    """P5: nobody acts outside the areas that they have now."""
    assert (await give_areas(people, administrator, leaver, ["E05009317", "E09000030"])).status_code == 204
    gone_on = (await people.client.post("/sessions/refresh", json={"refresh_token": leaver.refresh_token})).json()
    assert read_access_token(gone_on["access_token"], issuer.trust, now()).areas == {"E05009317", "E09000030"}
    await give_areas(people, administrator, leaver, ["E05009317"])
    assert str(leaver.session_id) in await ended(people)
    await people.sign_in(leaver)
    said = read_access_token(leaver.headers["authorization"].removeprefix("Bearer "), issuer.trust, now())
    assert said.areas == {"E05009317"}


async def test_an_invitation_that_was_closed_opens_nothing(people: People, administrator: Person, force: str) -> None:
    person = Person(an_address("officer", POLICE_DOMAIN))
    await invite(people, administrator, person.email, force)
    secret = await people.link_to(person.email)
    [(person.id,)] = await people.rows(select(tables.accounts.c.id).where(tables.accounts.c.email == person.email))
    assert (await act(people, administrator, person, "close")).status_code == 204
    form = {"secret": secret, "password": person.password}
    assert (await people.client.post("/staff-invitations/accept", data=form)).status_code == 404


@pytest.mark.parametrize("verb", ["suspend", "reinstate", "close"])
async def test_nobody_acts_on_their_own_account(people: People, administrator: Person, verb: str) -> None:
    answer = await act(people, administrator, administrator, verb)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.not_yourself")


async def test_nobody_gives_themselves_areas(people: People, administrator: Person) -> None:
    answer = await give_areas(people, administrator, administrator, ["E09000030"])
    assert answer.json()["code"] == "identity.not_yourself"


async def test_a_member_is_no_staff_account(people: People, administrator: Person) -> None:
    for person in (await people.resident(), Person("nobody@example.org", id=NOBODY)):
        answer = await act(people, administrator, person, "close")
        assert (answer.status_code, answer.json()["code"]) == (404, "identity.not_found")


async def test_two_administrators_who_suspend_each_other_leave_one(people: People, resources: Resources) -> None:
    for _ in range(5):
        pair = [await another_administrator(people, resources) for _ in range(2)]
        answers = await asyncio.gather(
            *(act(people, by, whom, verb) for by, whom in (pair, pair[::-1]) for verb in ("suspend", "close"))
        )
        states = select(tables.accounts.c.state).where(tables.accounts.c.id.in_([person.id for person in pair]))
        assert sorted(row.state.value == "active" for row in await people.rows(states)) == [False, True]
        assert {answer.status_code for answer in answers} <= {204, 403, 409}


async def test_an_administrator_who_was_suspended_administers_nothing_with_a_token_that_still_lives(
    people: People, administrator: Person, resources: Resources, leaver: Person, force: str, ourwatch: str
) -> None:
    other = await another_administrator(people, resources)
    await act(people, administrator, other, "suspend")
    appointment = {"email": an_address(), "organisation_id": ourwatch, "areas": []}
    domains = f"/staff/organisations/{force}/email-domains"
    answers = [
        await act(people, other, leaver, "close"),
        await give_areas(people, other, leaver, []),
        await invite(people, other, an_address("officer", POLICE_DOMAIN), force),
        await people.client.post("/staff/organisations", json={"name": "Mine"}, headers=other.headers),
        await people.client.post("/staff/appointments", json=appointment, headers=other.headers),
        await people.client.put(domains, json={"email_domains": []}, headers=other.headers),
        await people.client.get("/staff/accounts", headers=other.headers),
        await people.client.get("/staff/appointments", headers=other.headers),
        await people.client.delete(f"/staff/appointments/{leaver.id}", headers=other.headers),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "identity.not_yours_to_give")}


async def test_a_sign_in_that_waits_for_the_suspension_comes_to_nothing(
    people: People, administrator: Person, leaver: Person, resources: Resources, issuer: Issuer
) -> None:
    actor = read_access_token(administrator.headers["authorization"].removeprefix("Bearer "), issuer.trust, now())
    body = {"email": leaver.email, "password": leaver.password, "code": await people.fresh_code(leaver)}
    signing_in = [people.client.post("/sessions", json=body) for _ in range(10)]
    await asyncio.gather(
        *signing_in, suspend_staff(resources.unit_of_work(), actor, account_id=leaver.id, now=now() + timedelta())
    )
    column = tables.sessions.c
    still_open = select(func.count()).where(column.account_id == leaver.id, column.ended_at.is_(None))
    assert (await people.rows(still_open))[0][0] == 0


async def test_every_staff_account_is_on_one_page_of_the_list(
    people: People, administrator: Person, leaver: Person
) -> None:
    await act(people, administrator, leaver, "close")
    await people.resident()
    seen: list[dict[str, object]] = []
    after: dict[str, str] = {}
    while True:
        page = await people.client.get("/staff/accounts", params={"limit": 3, **after}, headers=administrator.headers)
        found = page.json()["accounts"]
        if not found:
            break
        seen += found
        after = {"after": str(found[-1]["id"])}
    staff = select(tables.accounts.c.id).where(tables.accounts.c.plane == "staff")
    assert sorted(str(each["id"]) for each in seen) == sorted(str(row.id) for row in await people.rows(staff))
    assert {str(each["id"]): each["state"] for each in seen}[str(leaver.id)] == "closed"


@pytest.mark.parametrize("domain", ["example.org", f"cid.{POLICE_DOMAIN}", f"{POLICE_DOMAIN}.evil.example"])
async def test_an_address_outside_the_domains_is_not_invited(
    people: People, administrator: Person, force: str, domain: str
) -> None:
    answer = await invite(people, administrator, an_address("officer", domain), force)
    assert (answer.status_code, answer.json()["code"]) == (422, "identity.domain_not_allowed")


async def test_a_police_organisation_without_domains_invites_nobody_until_it_has_some(
    people: People, administrator: Person
) -> None:
    body = {"name": f"Kent Police {new_id().hex}", "authority": "police"}
    made = await people.client.post("/staff/organisations", json=body, headers=administrator.headers)
    kent, email = made.json()["id"], an_address("officer", "KENT.police.example")
    assert (await invite(people, administrator, email, kent)).json()["code"] == "identity.domain_not_allowed"
    set_domains = await people.client.put(
        f"/staff/organisations/{kent}/email-domains",
        json={"email_domains": ["Kent.Police.example"]},
        headers=administrator.headers,
    )
    assert set_domains.status_code == 200
    assert (await invite(people, administrator, email, kent)).status_code == 202


@pytest.mark.parametrize("domain", ["", "com", "@police.example", "*.police.example", "a b.example", "police.example."])
async def test_what_is_no_domain_is_refused(people: People, administrator: Person, force: str, domain: str) -> None:
    path = f"/staff/organisations/{force}/email-domains"
    answer = await people.client.put(path, json={"email_domains": [domain]}, headers=administrator.headers)
    assert answer.status_code == 422


async def test_police_manage_none_of_it(people: People, officer: Person, leaver: Person, force: str) -> None:
    answers = [
        *[await act(people, officer, leaver, verb) for verb in ("suspend", "reinstate", "close")],
        await give_areas(people, officer, leaver, []),
        await people.client.get("/staff/accounts", headers=officer.headers),
        await people.client.get("/staff/appointments", headers=officer.headers),
        await people.client.delete(f"/staff/appointments/{leaver.id}", headers=officer.headers),
        await people.client.put(
            f"/staff/organisations/{force}/email-domains", json={"email_domains": []}, headers=officer.headers
        ),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "identity.not_yours_to_give")}
