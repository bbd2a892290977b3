"""Two that happen at once end as if one had come after the other."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.email_changes import EmailChange
from identity.domain.errors import AddressTaken, CodeNeeded, CodeRefused, SessionOver, SignInRefused
from identity.keyring import Keyring
from identity.storage import tables
from identity.storage.accounts import Accounts, Authenticators
from identity.storage.devices import Devices
from identity.storage.email_changes import EmailChanges
from identity.storage.sessions import Sessions
from identity.use_cases.change_email import begin_email_change, finish_email_change
from identity.use_cases.change_password import change_password
from identity.use_cases.codes import new_seed
from identity.use_cases.confirm_authenticator import confirm_authenticator, confirm_begun
from identity.use_cases.invite_staff import invited_account
from identity.use_cases.issue_tokens import Opened
from identity.use_cases.recognise_device import Arrival
from identity.use_cases.refresh_session import refresh_session
from identity.use_cases.register import register
from identity.use_cases.sign_in import Credentials, sign_in
from shared.auth.access import read_access_token
from shared.auth.principal import Principal
from shared.clock import now
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from sqlalchemy import select, text, update

from services.identity.tests.conftest import PASSWORD, People, Person, an_address

STRANGER = "quite another long one"


async def test_whoever_registers_during_a_confirmation_does_not_set_the_password(
    people: People, resources: Resources, client: httpx.AsyncClient
) -> None:
    person = Person(an_address())
    await client.post("/accounts", json={"email": person.email, "password": PASSWORD, "display_name": "Amina"})
    async with (confirming := resources.unit_of_work()):
        account = await Accounts(confirming.session).by_email_for_change(person.email)
        assert account is not None
        registering = asyncio.create_task(
            register(
                resources.unit_of_work(),
                resources.counting,
                resources.keyring,
                resources.hasher,
                email=person.email,
                password=STRANGER,
                display_name="Amina",
                area=None,
                now=now(),
            )
        )
        await eventually(lambda: somebody_waits(people))
        account.confirm()
    await registering
    await people.sign_in(person)


async def test_a_code_does_not_confirm_a_seed_that_replaced_its_own(
    people: People, resources: Resources, client: httpx.AsyncClient, issuer: Issuer
) -> None:
    person = await people.resident()
    actor = read_access_token(person.headers["authorization"].removeprefix("Bearer "), issuer.trust, now())
    person.seed = (await client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    keyring: Keyring = resources.keyring
    async with (beginning := resources.unit_of_work()):
        await Accounts(beginning.session).get_for_change(person.id)
        authenticator = await Authenticators(beginning.session).of(person.id)
        assert authenticator is not None
        confirming = asyncio.create_task(
            confirm_authenticator(resources.unit_of_work(), keyring, actor, code=person.code(), now=now())
        )
        await eventually(lambda: somebody_waits(people))
        authenticator.pending_seed = keyring.seal(person.id, new_seed().encode())
    with pytest.raises(CodeRefused):
        await confirming
    confirmed = select(tables.authenticators.c.confirmed_at).where(tables.authenticators.c.account_id == person.id)
    assert (await people.rows(confirmed))[0].confirmed_at is None


async def sign_in_meanwhile(resources: Resources, person: Person, device_token: str | None = None) -> Opened:
    return await sign_in(
        resources.unit_of_work(),
        resources.unit_of_work(),
        resources.counting,
        resources.keyring,
        resources.hasher,
        Credentials(person.email, "", PASSWORD, None),
        Arrival("192.0.2.1", device_token),
        now(),
    )


async def test_whoever_signs_in_while_the_password_becomes_another_does_not_come_in(
    people: People, resources: Resources
) -> None:
    person = await people.resident()
    another = await resources.hasher.hash(STRANGER)
    async with (changing := resources.unit_of_work()):
        account = await Accounts(changing.session).get_for_change(person.id)
        assert account is not None
        signing_in = asyncio.create_task(sign_in_meanwhile(resources, person))
        await eventually(lambda: somebody_waits(people))
        account.password_hash = another
    with pytest.raises(SignInRefused):
        await signing_in


async def test_whoever_signs_in_while_their_device_is_forgotten_comes_as_a_stranger(
    people: People, resources: Resources
) -> None:
    person = await people.careful_resident()
    body = {"email": person.email, "password": PASSWORD, "code": await people.fresh_code(person), "remember": True}
    token = (await people.client.post("/sessions", json=body)).json()["device_token"]
    async with (forgetting := resources.unit_of_work()):
        await Accounts(forgetting.session).get_for_change(person.id)
        signing_in = asyncio.create_task(sign_in_meanwhile(resources, person, token))
        await eventually(lambda: somebody_waits(people))
        await Devices(forgetting.session).forget_all(person.id, now())
    with pytest.raises(CodeNeeded):
        await signing_in


async def test_a_device_that_is_forgotten_during_a_sign_in_is_a_new_one_after_it(
    people: People, resources: Resources
) -> None:
    person = await people.resident()
    token = (await sign_in_meanwhile(resources, person)).device_token
    async with (forgetting := resources.unit_of_work()):
        await Accounts(forgetting.session).get_for_change(person.id)
        signing_in = asyncio.create_task(sign_in_meanwhile(resources, person, token))
        await eventually(lambda: somebody_waits(people))
        await Devices(forgetting.session).forget_all(person.id, now())
    assert (await signing_in).device_token not in {token, None}


async def test_whoever_signs_in_while_an_app_is_confirmed_is_asked_for_its_code(
    people: People, resources: Resources, client: httpx.AsyncClient
) -> None:
    person = await people.resident()
    person.seed = (await client.post("/me/authenticator", headers=person.headers)).json()["secret"]
    async with (confirming := resources.unit_of_work()):
        await Accounts(confirming.session).get_for_change(person.id)
        signing_in = asyncio.create_task(sign_in_meanwhile(resources, person))
        await eventually(lambda: somebody_waits(people))
        waiting = await Authenticators(confirming.session).of(person.id)
        assert waiting is not None
        await confirm_begun(confirming, resources.keyring, waiting, person.code(), now())
    with pytest.raises(CodeNeeded):
        await signing_in


async def test_the_old_password_changes_nothing_once_another_took_its_place(
    people: People, resources: Resources, actor_of: Callable[[Person], Principal]
) -> None:
    person = await people.resident()
    actor, another = actor_of(person), await resources.hasher.hash(STRANGER)
    asking = (resources.unit_of_work(), resources.unit_of_work(), resources.counting, resources.hasher, actor)
    for late in (
        change_password(*asking, current=PASSWORD, new="copper lantern gravel orchid", now=now()),
        begin_email_change(*asking, password=PASSWORD, new_email=an_address(), shared_as="", now=now()),
    ):
        async with (changing := resources.unit_of_work()):
            account = await Accounts(changing.session).get_for_change(person.id)
            assert account is not None
            under_way = asyncio.create_task(late)
            await eventually(lambda: somebody_waits(people))
            before, account.password_hash = account.password_hash, another
        with pytest.raises(SessionOver):
            await under_way
        put_back = update(tables.accounts).where(tables.accounts.c.id == person.id)
        await people.change(put_back.values(password_hash=before))


async def test_whoever_registers_while_the_address_is_invited_gets_no_account_beside_the_staff_s(
    people: People, resources: Resources, client: httpx.AsyncClient
) -> None:
    """P3."""
    email = an_address()
    body = {"email": email, "shared_as": "anna", "password": PASSWORD, "display_name": "Anna"}
    async with (inviting := resources.unit_of_work()):
        account = await invited_account(inviting, email, now())
        registering = asyncio.create_task(client.post("/accounts", json=body))
        await eventually(lambda: somebody_waits(people))
    assert (await registering).status_code == 202
    at_address = select(tables.accounts.c.id).where(tables.accounts.c.email == email)
    assert [row.id for row in await people.rows(at_address)] == [account.id]


async def test_whoever_confirms_while_the_address_is_invited_stays(people: People, resources: Resources) -> None:
    person = await people.resident()
    account = tables.accounts.c
    await people.change(update(tables.accounts).where(account.id == person.id).values(state="registered"))

    async def invite() -> None:
        async with (uow := resources.unit_of_work()):
            await invited_account(uow, person.email, now())

    async with (confirming := resources.unit_of_work()):
        known = await Accounts(confirming.session).get_for_change(person.id)
        assert known is not None
        inviting = asyncio.create_task(invite())
        await eventually(lambda: somebody_waits(people))
        known.confirm()
    with pytest.raises(AddressTaken):
        await inviting
    await people.sign_in(person)


async def test_whoever_goes_on_while_the_session_ends_does_not_go_on(people: People, resources: Resources) -> None:
    person = await people.resident()
    async with (ending := resources.unit_of_work()):
        session = await Sessions(ending.session).get_for_change(person.session_id)
        assert session is not None
        going_on = asyncio.create_task(
            refresh_session(resources.unit_of_work(), resources.keyring, refresh_token=person.refresh_token, now=now())
        )
        await eventually(lambda: somebody_waits(people))
        session.end(now())
    with pytest.raises(SessionOver):
        await going_on


async def test_a_change_of_address_that_is_confirmed_anew_meanwhile_waits_its_time(
    people: People, resources: Resources
) -> None:
    person, moment = await people.resident(), now()
    async with (beginning := resources.unit_of_work()):
        change = EmailChange(person.id, an_address("moved"), "", moment, effective_at=moment)
        await EmailChanges(beginning.session).replace(change)
    async with (beginning := resources.unit_of_work()):
        await Accounts(beginning.session).get_for_change(person.id)
        finishing = asyncio.create_task(
            finish_email_change(resources.unit_of_work(), resources.keyring, now=moment + timedelta(seconds=1))
        )
        await eventually(lambda: somebody_waits(people))
        change.confirm(moment)
        await EmailChanges(beginning.session).replace(change)
    assert await finishing
    email = select(tables.accounts.c.email).where(tables.accounts.c.id == person.id)
    assert (await people.rows(email))[0].email == person.email


@pytest.mark.parametrize("what", ["reset", "forget a device", "change the password"])
async def test_whatever_ends_sessions_takes_their_locks_before_the_accounts(
    people: People, resources: Resources, client: httpx.AsyncClient, what: str
) -> None:
    """As a session that goes on does: otherwise each would hold what the other waits for."""
    person = await people.resident()
    going_on, headers = person.session_id, person.headers
    await people.sign_in(person)
    devices = (await client.get("/me/devices", headers=headers)).json()
    await client.post("/password-resets", json={"email": person.email})
    secret = await people.link_to(person.email)
    async with (holding := resources.unit_of_work()):
        await Sessions(holding.session).get_for_change(going_on)
        if what == "reset":
            asked = client.post("/password-resets/open", data={"secret": secret, "password": STRANGER})
        elif what == "forget a device":
            asked = client.delete(f"/me/devices/{devices[-1]['id']}", headers=person.headers)
        else:
            change = {"current": PASSWORD, "new": "copper lantern gravel orchid"}
            asked = client.put("/me/password", json=change, headers=person.headers)
        under_way = asyncio.create_task(asked)
        await eventually(lambda: somebody_waits(people))
        await Accounts(holding.session).get_for_change(person.id)
    assert (await under_way).status_code in {200, 204}


async def somebody_waits(people: People) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool((await people.rows(waiting))[0][0])
