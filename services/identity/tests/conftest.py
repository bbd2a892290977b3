"""Identity on real servers."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from identity.app import create_app
from identity.bootstrap import Resources, open_resources
from identity.keyring import make_keys
from identity.settings import Settings
from pydantic import SecretStr
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.testing.client import service_client
from shared.testing.eventually import eventually
from shared.testing.issuer import Issuer
from shared.testing.service import Ground

PASSWORD = "tram violet thunder biscuit"
LinkTo = Callable[[str], Awaitable[str]]


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
    )


@pytest.fixture(scope="session")
async def resources(settings: Settings) -> AsyncIterator[Resources]:
    async with open_resources(settings) as built:
        yield built


@pytest.fixture(scope="session")
async def client(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with service_client(create_app(settings), issuer, "identity") as opened:
        yield opened


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

        async def found() -> str | None:
            for mail in reversed(mailbox.messages(to=address)):
                if match := re.search(r"secret=([\w-]+)", mail.get_content()):
                    return match.group(1)
            return None

        return await eventually(found)

    return newest


@pytest.fixture(scope="session")
def a_resident(client: httpx.AsyncClient, link_to: LinkTo) -> Callable[..., Awaitable[dict[str, str]]]:
    """Registers, confirms and signs in; yields the address and the headers of the session."""

    async def register(address: str | None = None) -> dict[str, str]:
        address = address or f"resident-{new_id().hex[-12:]}@example.org"
        body = {"email": address, "password": PASSWORD, "display_name": "Amina Rahman", "area": "E05009317"}
        assert (await client.post("/accounts", json=body)).status_code == 202
        assert (await client.post("/accounts/confirm", data={"secret": await link_to(address)})).status_code == 200
        signed = (await client.post("/sessions", json={"email": address, "password": PASSWORD})).json()
        return {"email": address, **signed}

    return register
