"""Groups on real servers, with its signing process on a real port."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from groups.app import create_app
from groups.bootstrap import Resources, open_resources
from groups.consumers.subscriptions import QUEUE, SUBSCRIPTIONS
from groups.settings import Settings, SignSettings
from groups.sign.app import create_sign_app
from groups.sign.sealing import make_seal
from pydantic import SecretStr
from shared.auth.principal import Principal, Role
from shared.auth.sealing import make_sealing_key
from shared.bus.consumer import Consumer
from shared.contracts.envelope import Envelope, Event
from shared.contracts.identity import (
    DataProtectionOfficerNamed,
    InviteeKnown,
    OrganisationChanged,
    PersonChanged,
    StaffChanged,
)
from shared.http.server import make_server
from shared.ids import new_id
from shared.testing.client import service_client, signed
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer, a_member, a_staff_member
from shared.testing.service import Ground
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.groups.tests.mapping import Drawing

WARD = "E05009336"
BOROUGH = "E09000030"
FORCE = "E23000001"


@pytest.fixture(scope="session")
def ground(ground_of: Callable[..., Ground]) -> Ground:
    return ground_of("groups", roles=("owner", "app", "sign"))


@pytest.fixture(scope="session")
def sign_settings(ground: Ground, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> SignSettings:
    folder: Path = tmp_path_factory.mktemp("groups-sign")
    make_seal(folder)
    return SignSettings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        sign_database_url=SecretStr(ground.role_url("groups_sign")),
        sign_key_folder=folder,
    )


@pytest.fixture(scope="session")
async def sign_url(sign_settings: SignSettings) -> AsyncIterator[str]:
    """The signing process as it runs: over HTTP, on a port that the machine chooses."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = make_server(create_sign_app(sign_settings), "127.0.0.1", 0)
    serving = asyncio.create_task(server.serve(sockets=[listening]))

    async def started() -> bool:
        return server.started

    await eventually(started)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving
    listening.close()


@pytest.fixture(scope="session")
def messaging_keys(issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where messaging, and nobody else, keeps the key that opens what is sealed for it."""
    folder: Path = tmp_path_factory.mktemp("messaging-keys")
    make_sealing_key(folder, issuer.trust_folder, "messaging")
    return folder


@pytest.fixture(scope="session")
def settings(ground: Ground, issuer: Issuer, sign_url: str, messaging_keys: Path) -> Settings:
    assert messaging_keys.is_dir()
    return Settings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        database_url=SecretStr(ground.database_url),
        amqp_url=SecretStr(ground.amqp_url),
        key_folder=issuer.key_folder,
        sign_url=sign_url,
        email_tag_key=SecretStr("a tag key that only this test has"),
    )


@pytest.fixture(scope="session")
async def client(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with service_client(create_app(settings), issuer, "groups") as opened:
        yield opened


@pytest.fixture(scope="session")
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings) as built:
        yield built


@pytest.fixture(scope="session")
def consumer(resources: Resources, settings: Settings) -> Consumer[object]:
    return Consumer(QUEUE, SUBSCRIPTIONS, resources, resources.unit_of_work, settings.amqp_url)


class World:
    """People, organisations and groups, each made by the acts that make them in life."""

    def __init__(self, client: httpx.AsyncClient, issuer: Issuer, consumer: Consumer[object]) -> None:
        self.client = client
        self.issuer = issuer
        self.consumer = consumer

    async def hear(self, event: Event) -> None:
        """Delivers an event of identity to groups' consumer."""
        body = Envelope.of(event, "identity").model_dump_json().encode()
        outcome = await self.consumer.handle(body)
        assert type(outcome).__name__ == "Done", outcome

    async def resident(self, name: str = "Amina Rahman", tag: str | None = None) -> Principal:
        person = a_member()
        await self.hear(PersonChanged(person_id=person.id, display_name=name, state="active", area=WARD, version=1))
        if tag is not None:
            await self.hear(InviteeKnown(person_id=person.id, email_tag=tag, version=1))
        return person

    async def organisation(self, authority: str | None, name: str = "Metropolitan Police") -> UUID:
        organisation_id = new_id()
        await self.hear(OrganisationChanged(organisation_id=organisation_id, name=name, authority=authority, version=1))
        return organisation_id

    async def police(self, *areas: str, person_id: UUID | None = None) -> Principal:
        return await self._staff(Role.POLICE, "police", areas, person_id)

    async def coordinator(self, *areas: str, person: Principal | None = None) -> Principal:
        """A coordinator's session has the id of the person (P1)."""
        person = person or await self.resident("Bea Coordinator")
        return await self._staff(Role.COORDINATOR, "ourwatch", areas, person.id, staff_id=person.id)

    async def name_officer(self, organisation_id: UUID | None, staff: Principal | None, version: int = 2) -> None:
        """An administrator names the organisation's data-protection officer."""
        assert organisation_id is not None
        staff_id = staff.id if staff else None
        await self.hear(DataProtectionOfficerNamed(organisation_id=organisation_id, staff_id=staff_id, version=version))

    async def _staff(
        self,
        role: Role,
        authority: str,
        areas: tuple[str, ...],
        person_id: UUID | None,
        staff_id: UUID | None = None,
    ) -> Principal:
        organisation_id = await self.organisation(authority, f"{authority} of the borough")
        staff = a_staff_member(role, frozenset(areas or (BOROUGH,)), organisation_id, staff_id)
        await self.hear(
            StaffChanged(
                staff_id=staff.id,
                person_id=person_id,
                display_name="PC Secret Name",
                organisation_id=organisation_id,
                role=role.value,
                areas=sorted(staff.areas),
                state="active",
                version=1,
            )
        )
        return staff

    async def ask(
        self, method: str, path: str, who: Principal | None = None, json: Any = None, **headers: str
    ) -> httpx.Response:
        proof = signed(self.issuer, who, "groups") if who else {}
        return await self.client.request(method, path, json=json, headers=proof | headers)

    async def group(
        self, founder: Principal, kind: str = "ward_panel", visibility: str = "hidden", area: str = WARD
    ) -> UUID:
        body = {
            "kind": kind,
            "name": "Whitechapel Panel",
            "purpose": "Safer streets",
            "visibility": visibility,
            "area": area,
        }
        answer = await self.ask("POST", "/groups", founder, body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    async def link(self, officer: Principal, group_id: UUID, most_uses: int = 100) -> str:
        body = {"expires_in_days": 7, "most_uses": most_uses}
        answer = await self.ask("POST", f"/groups/{group_id}/join-links", officer, body)
        assert answer.status_code == 201, answer.text
        secret: str = answer.json()["secret"]
        return secret

    async def asker(self, officer: Principal, group_id: UUID, secret: str | None = None) -> Principal:
        """A resident who has asked to join."""
        secret = secret or await self.link(officer, group_id)
        person = await self.resident()
        answer = await self.ask("POST", "/membership-requests", person, {"secret": secret, "reason": "I live here"})
        assert answer.status_code == 201, answer.text
        return person

    async def member(self, officer: Principal, group_id: UUID, secret: str | None = None) -> Principal:
        person = await self.asker(officer, group_id, secret)
        answer = await self.admit(officer, group_id, person)
        assert answer.status_code == 200, answer.text
        return person

    async def admit(self, officer: Principal, group_id: UUID, *people: Principal) -> httpx.Response:
        body = {"person_ids": [str(person.id) for person in people]}
        return await self.ask("POST", f"/groups/{group_id}/admissions", officer, body)

    async def mark(self, staff: Principal, group_id: UUID, person: Principal | None = None) -> httpx.Response:
        return await self.ask("POST", f"/staff/groups/{group_id}{_about(person)}/markings", staff, {"household": False})

    async def withdraw(self, staff: Principal, group_id: UUID, person: Principal | None = None) -> httpx.Response:
        path = f"/staff/groups/{group_id}{_about(person)}/markings/withdraw"
        return await self.ask("POST", path, staff, {"reason": "No longer meets"})

    async def passed(self, who: Principal, group_id: UUID | None, kind: str = "group") -> httpx.Response:
        body = {"kind": kind, "group_id": str(group_id) if group_id else None, "audience": "messaging"}
        return await self.ask("POST", "/internal/passes", who, body)


def _about(person: Principal | None) -> str:
    return f"/memberships/{person.id}" if person else ""


@pytest.fixture(scope="session")
def world(client: httpx.AsyncClient, issuer: Issuer, consumer: Consumer[object]) -> World:
    return World(client, issuer, consumer)


@pytest.fixture
async def owner(ground: Ground) -> AsyncIterator[AsyncEngine]:
    """Who may read every table."""
    engine = create_async_engine(ground.owner_database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def chair(world: World) -> Principal:
    return await world.resident("Chandra Chair")


@pytest.fixture
async def panel(world: World, chair: Principal) -> UUID:
    """A hidden ward panel in Whitechapel, founded by `chair`."""
    return await world.group(chair)


@pytest.fixture
async def drawing(ground: Ground) -> AsyncIterator[Drawing]:
    """Maps that are gone after the test."""
    owner = create_async_engine(ground.owner_database_url)
    try:
        made = Drawing(owner)
        await made.begin()
        yield made
        await made.end()
    finally:
        await owner.dispose()
