"""Identity on real servers."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import randrange
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest
from identity import bootstrap
from identity.app import create_app
from identity.bootstrap import Resources, open_resources
from identity.consumers.subscriptions import QUEUE, SUBSCRIPTIONS
from identity.keyring import make_keys
from identity.passwords import Cost, Hasher
from identity.settings import Settings
from identity.storage import tables
from identity.use_cases.codes import STEP_SECONDS
from identity.use_cases.create_administrator import create_administrator
from pydantic import SecretStr
from shared.auth.access import read_access_token
from shared.auth.principal import Principal
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Outcome
from shared.clock import now
from shared.contracts.envelope import Envelope, Event
from shared.http.headers import SOURCE_HEADER
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.testing.client import service_client
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from shared.testing.service import Ground
from sqlalchemy import Executable, select, text, update

PASSWORD = "tram violet thunder biscuit"
POLICE_DOMAIN = "police.example"
NOBODY = UUID(int=0)
LinkTo = Callable[[str], Awaitable[str]]


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Argon2id at a small cost, since hundreds of tests sign in; `test_hashing` sees what it costs elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "Hasher", lambda: Hasher(Cost(memory_bytes=64 << 10, rounds=1)))
        yield


@pytest.fixture(scope="session")
def ground(ground_of: Callable[..., Ground]) -> Ground:
    return ground_of("identity")


@pytest.fixture(scope="session")
def settings(ground: Ground, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("identity-keys")
    (folder / "identity.jwk").write_text((issuer.key_folder / "identity.jwk").read_text())
    make_keys(folder, issuer.trust_folder)
    return Settings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        database_url=SecretStr(ground.database_url),
        amqp_url=SecretStr(ground.amqp_url),
        key_folder=folder,
        email_tag_key=SecretStr("a tag key that only this test has"),
        smtp_url=ground.servers.smtp_url,
        mail_from="no-reply@ourwatch.test",
        providers_on_private_addresses=True,
    )


@pytest.fixture(scope="session")
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings) as built:
        yield built


@pytest.fixture(scope="session")
async def client(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with service_client(create_app(settings), issuer, "identity") as opened:
        # Everybody comes from a place of their own, as far as a test says nothing else.
        opened.event_hooks["request"].append(_from_somewhere)
        yield opened


async def _from_somewhere(request: httpx.Request) -> None:
    request.headers.setdefault(SOURCE_HEADER, f"198.18.{randrange(256)}.{randrange(256)}")


@pytest.fixture(scope="session")
def mailbox(ground: Ground) -> Mailbox:
    return ground.servers.mailbox


@pytest.fixture
def address() -> str:
    return f"resident-{new_id().hex[-12:]}@example.org"


@pytest.fixture(scope="session")
def send_mail(resources: Resources) -> Callable[[], Awaitable[None]]:
    """Sends all that is due, as the worker does."""

    async def send() -> None:
        while await resources.security_mail.send_due(resources.unit_of_work(), now()):
            pass

    return send


@pytest.fixture(scope="session")
def link_to(send_mail: Callable[[], Awaitable[None]], mailbox: Mailbox) -> LinkTo:
    """The secret of the newest link that was mailed to an address."""

    async def newest(address: str) -> str:
        await send_mail()

        async def found() -> str:
            for mail in reversed(mailbox.messages(to=address)):
                if match := re.search(r"secret=([\w-]+)", mail.get_content()):
                    return match.group(1)
            return ""

        return await eventually(found)

    return newest


@dataclass
class Person:
    """Somebody with an account: their newest session, and the seed of their authenticator app where they have one."""

    email: str
    password: str = PASSWORD
    seed: str = ""
    id: UUID = NOBODY
    session_id: UUID = NOBODY
    refresh_token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def is_now(self, tokens: dict[str, str]) -> "Person":
        self.headers = {"authorization": f"Bearer {tokens['access_token']}"}
        if "refresh_token" in tokens:
            self.id, self.session_id = UUID(tokens["account_id"]), UUID(tokens["session_id"])
            self.refresh_token = tokens["refresh_token"]
        return self

    def code(self, moment: datetime | None = None, steps: int = 0) -> str:
        """The code that the app shows at a moment, or some steps before or after it."""
        return str(pyotp.TOTP(self.seed).generate_otp(int((moment or now()).timestamp()) // STEP_SECONDS + steps))


class People:
    """Brings people in as they come in life, through the real routes."""

    def __init__(self, client: httpx.AsyncClient, resources: Resources, link_to: LinkTo) -> None:
        self.client, self.resources, self.link_to = client, resources, link_to

    async def resident(self, email: str | None = None) -> Person:
        """Registered, confirmed and signed in with a password."""
        person = Person(email or an_address())
        registration = {"email": person.email, "password": PASSWORD, "display_name": "Amina Rahman"}
        assert (await self.client.post("/accounts", json=registration)).status_code == 202
        confirmation = {"secret": await self.link_to(person.email), "password": PASSWORD}
        await self.client.post("/accounts/confirm", data=confirmation)
        return await self.sign_in(person)

    async def careful_resident(self) -> Person:
        """A resident whose session has two factors."""
        person = await self.resident()
        person.seed = (await self.client.post("/me/authenticator", headers=person.headers)).json()["secret"]
        shown = {"code": person.code()}
        answer = await self.client.post("/me/authenticator/confirm", json=shown, headers=person.headers)
        assert answer.status_code == 200
        return person.is_now(answer.json())

    async def coordinator(self, administrator: Person, organisation_id: str, **changes: object) -> Person:
        """A member with a coordinator's appointment; the session is their member session."""
        person = await self.careful_resident()
        appointment = {"email": person.email, "organisation_id": organisation_id, "areas": ["E09000030"], **changes}
        answer = await self.client.post("/staff/appointments", json=appointment, headers=administrator.headers)
        assert answer.status_code == 202
        return person

    async def officer(self, administrator: Person, force: str) -> Person:
        """A police officer, invited and signed in."""
        person = Person(an_address("officer", POLICE_DOMAIN))
        assert (await invite(self, administrator, person.email, force)).status_code == 202
        return await self.accept(person, await self.link_to(person.email))

    async def accept(self, person: Person, secret: str) -> Person:
        """Opens an invited staff account and signs in to it."""
        form = {"secret": secret, "password": person.password}
        person.seed = seed_on(await self.client.post("/staff-invitations/accept", data=form))
        confirmation = {"secret": secret, "code": person.code()}
        assert (await self.client.post("/staff-invitations/confirm", data=confirmation)).status_code == 200
        return await self.sign_in(person)

    async def sign_in(self, person: Person, **more: object) -> Person:
        body = {"email": person.email, "password": person.password, **more}
        if person.seed:
            body["code"] = await self.fresh_code(person)
        answer = await self.client.post("/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return person.is_now(answer.json())

    async def fresh_code(self, person: Person) -> str:
        """The present code, as if it had not been used yet: a test need not wait half a minute for the next."""
        await self.change(
            update(tables.authenticators)
            .where(tables.authenticators.c.account_id == tables.accounts.c.id, tables.accounts.c.email == person.email)
            .values(last_step=0)
        )
        return person.code()

    async def change(self, statement: Executable) -> None:
        """Changes rows as time or another part would."""
        async with self.resources.engine.begin() as connection:
            await connection.execute(statement)

    async def rows(self, statement: Executable) -> list[Any]:  # rows of any statement have any shape
        async with self.resources.engine.connect() as connection:
            return list(await connection.execute(statement))

    async def offer_to(self, email: str) -> UUID:
        """The id of the newest offer of an appointment to an address."""
        offers = tables.appointment_offers.c
        newest = select(offers.id).where(offers.email == email).order_by(offers.id.desc())
        offer_id: UUID = (await self.rows(newest))[0].id
        return offer_id

    async def told(self, aggregate_id: UUID) -> list[dict[str, Any]]:  # payloads differ by event
        """The events about one row that wait to be told, in order, each with its type."""
        statement = select(tables.metadata.tables["outbox"].c.envelope).order_by(text("outbox.id"))
        envelopes = [row.envelope for row in await self.rows(statement)]
        return [{"type": e["type"], **e["payload"]} for e in envelopes if e["aggregate_id"] == str(aggregate_id)]


@pytest.fixture(scope="session")
def hear(resources: Resources, settings: Settings) -> Callable[..., Awaitable[Outcome]]:
    """Hands an event to identity's consumer, as the broker does; with an `event_id`, one that may have come before."""
    consumer = Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)

    async def handle(event: Event, event_id: UUID | None = None) -> Outcome:
        envelope = Envelope.of(event, event.type.partition(".")[0])
        return await consumer.handle(
            envelope.model_copy(update={"event_id": event_id or new_id()}).model_dump_json().encode()
        )

    return handle


@pytest.fixture(scope="session")
def actor_of(issuer: Issuer) -> Callable[[Person], Principal]:
    """Who a person's access token says they are."""
    return lambda person: read_access_token(
        person.headers["authorization"].removeprefix("Bearer "), issuer.trust, now()
    )


def an_address(kind: str = "resident", domain: str = "example.org") -> str:
    return f"{kind}-{new_id().hex[-12:]}@{domain}"


def seed_on(answer: httpx.Response) -> str:
    """The key that the page after the password shows."""
    match = re.search(r'<code id="key">([A-Z2-7]+)</code>', answer.text)
    assert match is not None, answer.text
    return match.group(1)


@pytest.fixture(scope="session")
def people(client: httpx.AsyncClient, resources: Resources, link_to: LinkTo) -> People:
    return People(client, resources, link_to)


@pytest.fixture(scope="session")
async def administrator(people: People) -> Person:
    """The first administrator, made as at the command line."""
    person = Person(an_address("administrator"))
    secret = await create_administrator(
        people.resources.unit_of_work(), email=person.email, display_name="Ada Morgan", now=now()
    )
    return await people.accept(person, secret)


@pytest.fixture(scope="session")
async def ourwatch(people: People, administrator: Person) -> str:
    """The id of the OurWatch organisation."""
    return str((await people.client.get("/staff/me", headers=administrator.headers)).json()["organisation_id"])


@pytest.fixture(scope="session")
async def force(people: People, administrator: Person) -> str:
    """The id of a police organisation."""
    name = f"Metropolitan Police {new_id().hex[-6:]}"
    body = {"name": name, "authority": "police", "email_domains": [POLICE_DOMAIN]}
    answer = await people.client.post("/staff/organisations", json=body, headers=administrator.headers)
    return str(answer.json()["id"])


@pytest.fixture(scope="session")
async def officer(people: People, administrator: Person, force: str) -> Person:
    """A police officer with a staff account."""
    return await people.officer(administrator, force)


async def invite(people: People, by: Person, email: str, organisation_id: str, role: str = "police") -> httpx.Response:
    """Somebody invites an address to a staff account."""
    body = {
        "email": email,
        "display_name": "PC Lee",
        "organisation_id": organisation_id,
        "role": role,
        "areas": ["E09000030"],
    }
    return await people.client.post("/staff/accounts", json=body, headers=by.headers)
