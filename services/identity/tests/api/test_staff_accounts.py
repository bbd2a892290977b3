"""How staff come in: invited by an administrator, with two factors, on the staff plane and nowhere else."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.errors import AddressTaken, RoleOutsideOrganisation
from identity.domain.link_purposes import LinkPurpose
from identity.storage import tables
from identity.storage.links import Links
from identity.use_cases.create_administrator import create_administrator
from identity.use_cases.invite_staff import invite_staff
from shared.auth.access import read_access_token
from shared.auth.principal import Plane, Principal, Role
from shared.clock import now
from shared.testing.issuer import Issuer
from sqlalchemy import select, update

from services.identity.tests.conftest import (
    PASSWORD,
    POLICE_DOMAIN,
    LinkTo,
    People,
    Person,
    an_address,
    invite,
    seed_on,
)

ACCEPT, CONFIRM = "/staff-invitations/accept", "/staff-invitations/confirm"
STRANGER = "quite another long one"


@pytest.fixture
async def invited(people: People, administrator: Person, force: str) -> tuple[Person, str]:
    """Somebody who is invited, and the secret of their link."""
    person = Person(an_address("officer", POLICE_DOMAIN))
    assert (await invite(people, administrator, person.email, force)).status_code == 202
    return person, await people.link_to(person.email)


async def test_an_officer_s_session_says_what_the_invitation_said(officer: Person, force: str, issuer: Issuer) -> None:
    token = officer.headers["authorization"].removeprefix("Bearer ")
    said = read_access_token(token, issuer.trust, now())
    assert (said.plane, said.role, str(said.organisation_id)) == (Plane.STAFF, Role.POLICE, force)
    assert said.areas == {"E09000030"}


async def test_looking_at_an_invitation_uses_nothing_up(
    client: httpx.AsyncClient, people: People, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    for method in ("GET", "HEAD", "GET"):
        await client.request(method, ACCEPT, params={"secret": secret})
    await people.accept(person, secret)


async def test_a_weak_password_is_refused_on_the_page_and_the_link_stays_good(
    client: httpx.AsyncClient, people: People, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    weak = await client.post(ACCEPT, data={"secret": secret, "password": "short"})
    assert (weak.status_code, "too short" in weak.text) == (422, True)
    await people.accept(person, secret)


async def test_a_wrong_code_keeps_the_link(
    client: httpx.AsyncClient, people: People, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    person.seed = seed_on(await client.post(ACCEPT, data={"secret": secret, "password": PASSWORD}))
    wrong = f"{(int(person.code()) + 1) % 1_000_000:06d}"
    assert (await client.post(CONFIRM, data={"secret": secret, "code": wrong})).status_code == 403
    assert (await client.post(CONFIRM, data={"secret": secret, "code": person.code()})).status_code == 200


async def test_a_code_may_be_typed_in_two_groups_as_apps_show_it(
    client: httpx.AsyncClient, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    person.seed = seed_on(await client.post(ACCEPT, data={"secret": secret, "password": PASSWORD}))
    code = person.code()
    typed = {"secret": secret, "code": f" {code[:3]} {code[3:]}"}
    assert (await client.post(CONFIRM, data=typed)).status_code == 200


async def test_after_ten_minutes_the_page_asks_for_the_password_again(
    client: httpx.AsyncClient, people: People, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    shown = await client.post(ACCEPT, data={"secret": secret, "password": PASSWORD})
    assert "<svg width=" in shown.text
    person.seed, column = seed_on(shown), tables.authenticators.c
    account = select(tables.accounts.c.id).where(tables.accounts.c.email == person.email).scalar_subquery()
    await people.change(
        update(tables.authenticators)
        .where(column.account_id == account)
        .values(pending_at=column.pending_at - timedelta(minutes=10))
    )
    late = await client.post(CONFIRM, data={"secret": secret, "code": person.code()})
    assert (late.status_code, 'name="password"' in late.text) == (409, True)
    await people.accept(person, secret)


async def test_an_invitation_is_used_once_even_by_twenty_at_once(
    client: httpx.AsyncClient, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    person.seed = seed_on(await client.post(ACCEPT, data={"secret": secret, "password": PASSWORD}))
    form = {"secret": secret, "code": person.code()}
    answers = await asyncio.gather(*(client.post(CONFIRM, data=form) for _ in range(20)))
    assert sum(answer.status_code == 200 for answer in answers) == 1
    assert (await client.post(ACCEPT, data={"secret": secret, "password": PASSWORD})).status_code == 404


async def test_a_second_invitation_kills_the_first_link(
    client: httpx.AsyncClient, people: People, administrator: Person, force: str, invited: tuple[Person, str]
) -> None:
    person, first = invited
    await invite(people, administrator, person.email, force)
    second = await people.link_to(person.email)
    assert (await client.post(ACCEPT, data={"secret": first, "password": PASSWORD})).status_code == 404
    await people.accept(person, second)


async def test_a_second_invitation_is_for_the_same_account(
    people: People, administrator: Person, force: str, invited: tuple[Person, str]
) -> None:
    person, _ = invited
    at_address = select(tables.accounts.c.id).where(tables.accounts.c.email == person.email)
    before = await people.rows(at_address)
    await invite(people, administrator, person.email, force)
    assert await people.rows(at_address) == before


async def test_an_officer_in_office_is_not_invited_again(
    people: People, administrator: Person, force: str, officer: Person
) -> None:
    answer = await invite(people, administrator, officer.email, force)
    assert answer.json()["code"] == "identity.address_taken"


async def test_a_coordinator_is_appointed_and_never_invited(
    people: People, administrator: Person, ourwatch: str, actor_of: Callable[[Person], Principal]
) -> None:
    answer = await invite(people, administrator, an_address(), ourwatch, "coordinator")
    assert answer.status_code == 422
    with pytest.raises(RoleOutsideOrganisation):
        await invite_staff(
            people.resources.unit_of_work(),
            actor_of(administrator),
            email=an_address(),
            display_name="Anna",
            organisation_id=UUID(ourwatch),
            role=Role.COORDINATOR,
            areas=[],
            now=now(),
        )


async def test_making_the_administrator_again_kills_the_first_link(
    client: httpx.AsyncClient, people: People, resources: Resources
) -> None:
    person = Person(an_address("administrator"))
    first, second = [
        await create_administrator(resources.unit_of_work(), email=person.email, display_name="Ada", now=now())
        for _ in range(2)
    ]
    assert (await client.post(ACCEPT, data={"secret": first, "password": PASSWORD})).status_code == 404
    await people.accept(person, second)


async def test_a_member_s_address_is_no_administrator_s(people: People, resources: Resources) -> None:
    person = await people.resident()
    with pytest.raises(AddressTaken):
        await create_administrator(resources.unit_of_work(), email=person.email, display_name="Ada", now=now())


async def test_no_link_opens_an_account_that_is_open(
    client: httpx.AsyncClient, people: People, resources: Resources, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    await people.accept(person, secret)
    async with (uow := resources.unit_of_work()):
        another = await Links(uow.session).make(LinkPurpose.STAFF_INVITATION, person.id, now())
    answer = await client.post(ACCEPT, data={"secret": another, "password": STRANGER})
    assert answer.status_code == 404
    await people.sign_in(person)


async def test_a_link_of_one_purpose_serves_no_other(
    client: httpx.AsyncClient, people: People, invited: tuple[Person, str]
) -> None:
    _, secret = invited
    form = {"secret": secret, "password": PASSWORD}
    assert (await client.post("/accounts/confirm", data=form)).status_code == 404


async def test_staff_never_sign_in_without_a_code(client: httpx.AsyncClient, officer: Person) -> None:
    answer = await client.post("/sessions", json={"email": officer.email, "password": PASSWORD})
    assert answer.json()["code"] == "identity.code_needed"


@pytest.mark.parametrize("path", ["/staff/organisations", "/staff/accounts", "/staff/appointments"])
async def test_police_manage_no_staff(
    client: httpx.AsyncClient, officer: Person, force: str, ourwatch: str, path: str
) -> None:
    bodies: dict[str, dict[str, object]] = {
        "/staff/organisations": {"name": "Another force", "authority": "police"},
        "/staff/accounts": {
            "email": an_address("friend"),
            "display_name": "A friend",
            "organisation_id": force,
            "role": "police",
            "areas": [],
        },
        "/staff/appointments": {"email": an_address(), "organisation_id": ourwatch, "areas": []},
    }
    answer = await client.post(path, json=bodies[path], headers=officer.headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.not_yours_to_give")


@pytest.mark.parametrize("path", ["/staff/me", "/staff/organisations"])
async def test_a_member_session_is_no_staff_session(client: httpx.AsyncClient, people: People, path: str) -> None:
    person = await people.resident()
    assert (await client.get(path, headers=person.headers)).json()["code"] == "auth.wrong_plane"


@pytest.mark.parametrize("path", ["/me", "/me/consents", "/organisations"])
async def test_a_staff_session_is_no_member_session(client: httpx.AsyncClient, officer: Person, path: str) -> None:
    assert (await client.get(path, headers=officer.headers)).json()["code"] == "auth.wrong_plane"


async def test_a_registration_that_waits_gives_way_to_an_invitation(
    client: httpx.AsyncClient, people: People, administrator: Person, force: str
) -> None:
    """A stranger who cannot confirm an officer's address keeps nobody out, and their link is worth nothing any more."""
    email = an_address("officer", POLICE_DOMAIN)
    await client.post("/accounts", json={"email": email, "password": PASSWORD, "display_name": "Amina Rahman"})
    link = await people.link_to(email)
    assert (await invite(people, administrator, email, force)).status_code == 202
    confirmation = await client.post("/accounts/confirm", data={"secret": link, "password": PASSWORD})
    assert confirmation.status_code == 404


async def test_an_address_that_serves_a_member_is_no_staff_address(
    people: People, administrator: Person, force: str
) -> None:
    person = await people.resident(an_address("officer", POLICE_DOMAIN))
    answer = await invite(people, administrator, person.email.upper(), force)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.address_taken")


@pytest.mark.parametrize("role", ["administrator", "coordinator"])
async def test_a_force_employs_police_alone(people: People, administrator: Person, force: str, role: str) -> None:
    assert (await invite(people, administrator, an_address("officer", POLICE_DOMAIN), force, role)).status_code == 422


@pytest.mark.parametrize("opened", [False, True])
async def test_registering_with_a_staff_address_answers_alike_and_changes_nothing(
    client: httpx.AsyncClient, people: People, invited: tuple[Person, str], opened: bool
) -> None:
    person, secret = invited
    if opened:
        await people.accept(person, secret)
    account = select(tables.accounts).where(tables.accounts.c.email == person.email)
    before = await people.rows(account)
    body = {"email": person.email, "password": STRANGER, "display_name": "Somebody Else"}
    known = await client.post("/accounts", json=body)
    unknown = await client.post("/accounts", json=body | {"email": an_address()})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert await people.rows(account) == before


async def test_the_mail_to_a_staff_address_that_registered_holds_no_link(
    client: httpx.AsyncClient, people: People, link_to: LinkTo, invited: tuple[Person, str]
) -> None:
    person, secret = invited
    body = {"email": person.email, "password": STRANGER, "display_name": "Somebody Else"}
    await client.post("/accounts", json=body)
    assert await link_to(person.email) == secret
