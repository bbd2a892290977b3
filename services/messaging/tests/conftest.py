"""Messaging on real servers: api, consumers and senders as in production, one group per test."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from messaging.app import create_app
from messaging.bootstrap import Resources, open_resources
from messaging.consumers.subscriptions import EVENTS, SENDING, SENDING_SUBSCRIPTIONS, SUBSCRIPTIONS
from messaging.keyring import make_keys
from messaging.settings import Settings
from pydantic import SecretStr
from shared.auth import memberships, passes
from shared.auth.jurisdiction import JurisdictionPass
from shared.auth.keyfiles import load_signing_key
from shared.auth.principal import Principal, Role
from shared.bus.consumer import Consumer
from shared.bus.outcomes import Done, Outcome
from shared.clock import now
from shared.contracts.envelope import Envelope, Event
from shared.contracts.groups import GroupChanged, MembershipChanged, MembershipState
from shared.contracts.identity import ContactChanged, OrganisationChanged, PersonChanged
from shared.contracts.messaging import ChunkReady
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.testing.client import service_client, signed
from shared.testing.issuer import Issuer, a_group_pass, a_member, a_staff_member
from shared.testing.service import Ground
from sqlalchemy import text


@pytest.fixture(scope="session")
def ground(ground_of: Callable[..., Ground]) -> Ground:
    return ground_of("messaging")


@pytest.fixture(scope="session")
def settings(ground: Ground, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("messaging-keys")
    make_keys(folder, issuer.trust_folder)
    return Settings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        database_url=SecretStr(ground.database_url),
        amqp_url=SecretStr(ground.amqp_url),
        store_url=ground.servers.s3_url,
        store_access_key=ground.bucket.access_key,
        store_secret_key=SecretStr(ground.bucket.secret_key),
        store_bucket=ground.bucket.name,
        key_folder=folder,
        smtp_url=ground.servers.smtp_url,
        mail_from="no-reply@ourwatch.test",
        bounce_domain="bounces.ourwatch.test",
    )


@pytest.fixture(scope="session")
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings) as built:
        yield built


@pytest.fixture(scope="session")
async def client(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with service_client(create_app(settings), issuer, "messaging") as opened:
        yield opened


@pytest.fixture(scope="session")
def mailbox(ground: Ground) -> Mailbox:
    return ground.servers.mailbox


def body_of(event: Event, producer: str = "test") -> bytes:
    return Envelope.of(event, producer).model_dump_json().encode()


def an_address() -> str:
    return f"resident-{new_id().hex[-12:]}@example.org"


@dataclass
class Person:
    """Somebody with an account, a mailbox and a membership."""

    principal: Principal
    email: str | None
    membership_id: UUID = field(default_factory=new_id)

    @property
    def id(self) -> UUID:
        return self.principal.id


@dataclass
class Bus:
    """Delivers events to messaging's consumers, as the broker does."""

    resources: Resources

    async def tell(self, *events: Event) -> list[Outcome]:
        consumer = Consumer(
            EVENTS, SUBSCRIPTIONS, self.resources, self.resources.unit_of_work, self.resources.settings.amqp_url
        )
        return [await consumer.handle(body_of(event)) for event in events]

    def sending(self, resources: Resources | None = None) -> Consumer[Resources]:
        used = resources or self.resources
        return Consumer(SENDING, SENDING_SUBSCRIPTIONS, used, used.unit_of_work, used.settings.amqp_url)

    async def chunks(self, group_id: UUID) -> list[bytes]:
        """The ChunkReady envelopes of a group's sends, as they lie in the outbox."""
        query = text(
            "SELECT envelope FROM outbox o JOIN sends s ON s.id = (o.envelope->'payload'->>'message_id')::uuid"
            " WHERE routing_key = :key AND s.group_id = :group_id ORDER BY o.id"
        )
        async with self.resources.engine.connect() as connection:
            rows = await connection.scalars(query, {"key": ChunkReady.type, "group_id": group_id})
            return [Envelope.model_validate(row).model_dump_json().encode() for row in rows]

    async def all_chunks(self, message_id: str) -> list[bytes]:
        """The ChunkReady envelopes of one send."""
        query = text(
            "SELECT envelope FROM outbox o WHERE routing_key = :key AND o.envelope->'payload'->>'message_id' = :id"
            " ORDER BY o.id"
        )
        async with self.resources.engine.connect() as connection:
            rows = await connection.scalars(query, {"key": ChunkReady.type, "id": message_id})
            return [Envelope.model_validate(row).model_dump_json().encode() for row in rows]

    async def send(self, group_id: UUID) -> list[Outcome]:
        """Has a worker handle every chunk of a group's sends, due or not."""
        async with self.resources.engine.begin() as connection:
            await connection.execute(
                text(
                    "UPDATE deliveries SET due_at = now() WHERE state = 'queued' AND send_id IN"
                    " (SELECT id FROM sends WHERE group_id = :group_id)"
                ),
                {"group_id": group_id},
            )
        return [await self.sending().handle(body) for body in await self.chunks(group_id)]


@pytest.fixture(scope="session")
def bus(resources: Resources) -> Bus:
    return Bus(resources)


@dataclass
class Group:
    """A ward panel with a chair, and who asks in its name."""

    id: UUID
    name: str
    bus: Bus
    issuer: Issuer
    client: httpx.AsyncClient
    box: Mailbox
    chair: Person
    organisation_id: UUID
    people: list[Person] = field(default_factory=list)

    async def add(self, email: str | None = "", state: MembershipState = "active") -> Person:
        """A member with a mailbox of their own, with the one that is given, or with none."""
        person = Person(a_member(), an_address() if email == "" else email)
        await self.bus.tell(
            PersonChanged(person_id=person.id, display_name="Amina Rahman", state="active", area=None, version=1),
            ContactChanged(person_id=person.id, email=person.email, version=1),
        )
        await self.membership(person, state, 1)
        self.people.append(person)
        return person

    async def membership(self, person: Person, state: MembershipState, version: int) -> None:
        event = MembershipChanged(
            membership_id=person.membership_id, group_id=self.id, person_id=person.id, state=state, version=version
        )
        assert await self.bus.tell(event) == [Done()]

    async def close(self) -> None:
        """As groups tells that the group was archived."""
        closed = GroupChanged(
            group_id=self.id,
            kind="ward_panel",
            name=self.name,
            visibility="hidden",
            area="E05009326",
            state="archived",
            version=2,
        )
        assert await self.bus.tell(closed) == [Done()]

    def headers(self, person: Person, office: str | None = None, version: int = 1) -> dict[str, str]:
        proof = a_group_pass(person.principal, self.id, office=office)
        told = passes.GroupPass(proof.person_id, proof.group_id, proof.office, proof.rights, version)
        return signed(self.issuer, person.principal, "messaging", told)

    def inbox_headers(self, person: Person, *group_ids: UUID) -> dict[str, str]:
        key = load_signing_key(self.issuer.key_folder, passes.ISSUER)
        proof = memberships.MembershipsPass(person.id, frozenset(group_ids or {self.id}))
        return signed(self.issuer, person.principal, "messaging") | {
            passes.HEADER: memberships.issue_memberships_pass(key, "messaging", proof, now())
        }

    async def ask(self, method: str, path: str, who: dict[str, str] | None = None, **asked: Any) -> httpx.Response:
        """As the chair unless told otherwise; `path` is below the group's."""
        headers = (who or self.headers(self.chair, "chair")) | asked.pop("headers", {})
        return await self.client.request(method, f"/groups/{self.id}{path}", headers=headers, **asked)

    def staff(self, role: Role = Role.POLICE, organisation_id: UUID | None = None) -> Principal:
        return a_staff_member(role, frozenset({"E09000030"}), organisation_id or self.organisation_id)

    async def ask_as_staff(self, method: str, path: str, staff: Principal, **asked: Any) -> httpx.Response:
        headers = signed(self.issuer, staff, "messaging", JurisdictionPass(staff.id, self.id))
        headers |= asked.pop("headers", {})
        return await self.client.request(method, f"/staff/groups/{self.id}{path}", headers=headers, **asked)

    async def write(self, subject: str = "Street lights", body: str = "They are back on.", **more: Any) -> str:
        """The id of a message that the chair sent; it is queued, not yet on its way."""
        answer = await self.ask("POST", "/messages", json={"subject": subject, "body": body, **more})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def alert(self, staff: Principal, subject: str = "Van thefts", **more: Any) -> str:
        told = {"subject": subject, "body": "Lock your van.", "priority": 2, **more}
        answer = await self.ask_as_staff("POST", "/messages", staff, json=told)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def figures(self, message_id: str) -> dict[str, int]:
        answer = await self.ask("GET", f"/messages/{message_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, int] = answer.json()["delivery"]
        return found

    async def reasons(self) -> list[str | None]:
        """Why deliveries of this group's sends ended as they did."""
        query = text("SELECT reason FROM deliveries d JOIN sends s ON s.id = d.send_id WHERE s.group_id = :id")
        async with self.bus.resources.engine.connect() as connection:
            return list(await connection.scalars(query, {"id": self.id}))

    async def contact(self, list_id: str, email: str | None = None, *, confirmed: bool = True) -> str:
        """The address of an outside contact of a list, who has said yes."""
        email = email or an_address()
        answer = await self.ask("POST", f"/lists/{list_id}/contacts", json={"email": email, "name": "Joe"})
        assert answer.status_code == 202, answer.text
        if confirmed:
            await self.bus.send(self.id)
            secret = link_in(self.mails(email)[-1], "secret")
            assert (await self.client.post("/contacts/confirm", data={"secret": secret})).status_code == 200
        return email

    async def make_list(self, name: str = "Neighbours") -> str:
        answer = await self.ask("POST", "/lists", json={"name": name})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def mails(self, email: str | None) -> list[EmailMessage]:
        assert email is not None
        return self.box.messages(to=email)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(mail: EmailMessage, field_name: str) -> str:
    found = re.search(rf"[?&]{field_name}=([\w-]+)", text_of(mail))
    assert found is not None, text_of(mail)
    return found.group(1)


@pytest.fixture
async def group(bus: Bus, issuer: Issuer, client: httpx.AsyncClient, mailbox: Mailbox) -> Group:
    made = Group(
        new_id(),
        "Mile End Panel",
        bus,
        issuer,
        client,
        mailbox,
        chair=Person(a_member(), None),
        organisation_id=new_id(),
    )
    await bus.tell(
        GroupChanged(
            group_id=made.id,
            kind="ward_panel",
            name=made.name,
            visibility="hidden",
            area="E05009326",
            state="active",
            version=1,
        ),
        OrganisationChanged(
            organisation_id=made.organisation_id, name="Metropolitan Police", authority="police", version=1
        ),
    )
    made.chair = await made.add()
    return made
