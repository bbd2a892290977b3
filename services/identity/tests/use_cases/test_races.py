"""Two that happen at once end as if one had come after the other."""

import asyncio

import httpx
import pytest
from identity.bootstrap import Resources
from identity.domain.errors import CodeRefused
from identity.keyring import Keyring
from identity.storage import tables
from identity.storage.accounts import Accounts, Authenticators
from identity.use_cases.codes import new_seed
from identity.use_cases.confirm_authenticator import confirm_authenticator
from identity.use_cases.register import register
from shared.auth.access import read_access_token
from shared.clock import now
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from sqlalchemy import select, text

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


async def somebody_waits(people: People) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool((await people.rows(waiting))[0][0])
