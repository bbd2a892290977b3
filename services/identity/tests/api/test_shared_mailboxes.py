"""Two people who share a mailbox have an account each."""

import httpx
from identity.domain.guessing import PATIENCE, Lane
from identity.storage import tables
from sqlalchemy import select

from services.identity.tests.conftest import PASSWORD, LinkTo, People, Person, an_address, invite

HERS = "copper lantern gravel orchid"


async def a_couple(people: People, link_to: LinkTo) -> tuple[Person, Person]:
    first = await people.resident()
    second = Person(first.email, HERS)
    body = {"email": second.email, "shared_as": "anna", "password": HERS, "display_name": "Anna Rahman"}
    assert (await people.client.post("/accounts", json=body)).status_code == 202
    confirmation = {"secret": await link_to(second.email), "password": HERS}
    assert (await people.client.post("/accounts/confirm", data=confirmation)).status_code == 200
    await people.sign_in(second, shared_as="Anna")
    return first, second


async def test_a_couple_with_one_mailbox_has_two_accounts(people: People, link_to: LinkTo) -> None:
    first, second = await a_couple(people, link_to)
    assert first.id != second.id
    assert (await people.sign_in(first)).id != second.id


async def test_ones_password_does_not_open_the_others_account(
    client: httpx.AsyncClient, people: People, link_to: LinkTo
) -> None:
    first, second = await a_couple(people, link_to)
    crossed = [
        {"email": first.email, "password": HERS},
        {"email": second.email, "shared_as": "anna", "password": PASSWORD},
    ]
    for body in crossed:
        assert (await client.post("/sessions", json=body)).status_code == 403


async def test_guesses_at_one_of_them_do_not_hold_the_other_off(
    client: httpx.AsyncClient, people: People, link_to: LinkTo
) -> None:
    first, second = await a_couple(people, link_to)
    body = {"email": second.email, "shared_as": "anna"}
    guesses = [await client.post("/sessions", json=body | {"password": f"a wrong one {n}"}) for n in range(8)]
    assert guesses[-1].status_code == 429
    await people.sign_in(first)


async def test_an_invitation_by_address_is_for_the_first_of_them(people: People, link_to: LinkTo) -> None:
    first, second = await a_couple(people, link_to)
    told = {
        who: [event["type"] for event in await people.told(person.id)] for who, person in (("1", first), ("2", second))
    }
    assert "identity.invitee_known.v1" in told["1"]
    assert "identity.invitee_known.v1" not in told["2"]
    assert "identity.contact_changed.v1" in told["2"]


async def test_nobody_registers_beside_a_staff_account(
    client: httpx.AsyncClient, people: People, officer: Person
) -> None:
    """P3: the same answer, and no account."""
    body = {"email": officer.email, "shared_as": "anna", "password": HERS, "display_name": "Anna"}
    assert (await client.post("/accounts", json=body)).status_code == 202
    at_mailbox = select(tables.accounts.c.id).where(tables.accounts.c.email == officer.email)
    assert len(await people.rows(at_mailbox)) == 1


async def test_a_mailbox_that_members_share_gets_no_staff_account(
    people: People, link_to: LinkTo, administrator: Person, ourwatch: str
) -> None:
    _, second = await a_couple(people, link_to)
    answer = await invite(people, administrator, second.email, ourwatch, "administrator")
    assert answer.json()["code"] == "identity.address_taken"


async def test_a_mailbox_that_one_member_has_under_a_name_alone_gets_no_staff_account(
    people: People, link_to: LinkTo, administrator: Person, ourwatch: str
) -> None:
    person = Person(an_address(), HERS)
    body = {"email": person.email, "shared_as": "anna", "password": HERS, "display_name": "Anna Rahman"}
    await people.client.post("/accounts", json=body)
    confirmation = {"secret": await link_to(person.email), "password": HERS}
    await people.client.post("/accounts/confirm", data=confirmation)
    answer = await invite(people, administrator, person.email, ourwatch, "administrator")
    assert answer.json()["code"] == "identity.address_taken"


async def register_as(people: People, email: str, name: str) -> None:
    body = {"email": email, "shared_as": name, "password": HERS, "display_name": "Anna"}
    assert (await people.client.post("/accounts", json=body)).status_code == 202


async def how_many_at(people: People, email: str) -> int:
    return len(await people.rows(select(tables.accounts.c.id).where(tables.accounts.c.email == email)))


async def test_registrations_that_nobody_confirmed_take_no_place_and_nobody_takes_the_first(people: People) -> None:
    email = an_address()
    for number in range(8):
        await people.change(tables.tries.delete())
        await register_as(people, email, f"name{number}")
    assert await how_many_at(people, email) == 8
    await people.change(tables.accounts.update().where(tables.accounts.c.email == email).values(state="active"))
    for name, there in (("another", 8), ("", 9)):
        await people.change(tables.tries.delete())
        await register_as(people, email, name)
        assert await how_many_at(people, email) == there


async def test_made_up_names_do_not_flood_a_mailbox(people: People) -> None:
    email = an_address()
    for number in range(8):
        await register_as(people, email, f"name{number}")
    assert await how_many_at(people, email) == PATIENCE[Lane.MAIL].free + 1


async def test_a_mailbox_holds_six_settled_accounts_at_most(client: httpx.AsyncClient, people: People) -> None:
    person = await people.resident()
    for number in range(10):
        await people.change(tables.tries.delete())
        body = {"email": person.email, "shared_as": f"name{number}", "password": HERS, "display_name": "Anna"}
        assert (await client.post("/accounts", json=body)).status_code == 202
        settled = tables.accounts.update().where(tables.accounts.c.email == person.email)
        await people.change(settled.values(state="active"))
    at_mailbox = select(tables.accounts.c.id).where(tables.accounts.c.email == person.email)
    assert len(await people.rows(at_mailbox)) == 6
