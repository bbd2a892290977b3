"""One identity process on a database of its own, and people who can sign in to it."""

import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil  # type: ignore[import-untyped]  # it ships no types
import pyotp
from identity.domain.accounts import Account, AccountState, Authenticator
from identity.domain.devices import Device
from identity.keyring import Keyring, make_keys
from identity.passwords import OWASP
from identity.storage.links import digest
from identity.use_cases.codes import STEP_SECONDS
from pydantic import SecretStr
from shared.auth.principal import Plane
from shared.clock import now
from shared.db.engine import make_engine, make_sessions
from shared.db.unit_of_work import UnitOfWork
from shared.http.headers import SOURCE_HEADER
from shared.ids import new_id
from shared.testing.issuer import Issuer
from shared.testing.private_servers import Addresses
from shared.testing.service import Ground, prepare

from tests.bench.running import Gateway, one_api

PASSWORD = b"tram violet thunder biscuit"
TAG_KEY = "a key for this run alone"


@dataclass(frozen=True, slots=True)
class Someone:
    """A member with an authenticator app and a device that was used before."""

    email: str
    seed: str
    device_token: str


class RunningIdentity:
    """How its people are made and sign in."""

    def __init__(self, ground: Ground, issuer: Issuer, url: str, process: psutil.Process) -> None:
        self.ground, self.issuer, self.url, self.process = ground, issuer, url, process
        self.headers = Gateway(issuer, "identity").headers

    async def make_people(self, count: int) -> list[Someone]:
        """Active members with an app, a device and one password."""
        keyring = Keyring(self.issuer.key_folder, TAG_KEY)
        password_hash = OWASP.hash(PASSWORD)
        engine = make_engine(SecretStr(self.ground.database_url), "bench")
        people = []
        async with UnitOfWork(make_sessions(engine), "identity") as uow:
            for _ in range(count):
                email, seed, token = f"{new_id().hex}@example.org", pyotp.random_base32(), secrets.token_urlsafe(32)
                account = Account(new_id(), Plane.MEMBER, email, "A", AccountState.ACTIVE, now(), password_hash)
                uow.session.add(account)
                await uow.session.flush()
                uow.session.add(Authenticator(account.id, keyring.seal(account.id, seed.encode()), confirmed_at=now()))
                uow.session.add(Device(new_id(), account.id, digest(token), "a phone", now(), now()))
                people.append(Someone(email, seed, token))
        await engine.dispose()
        return people

    async def forget_codes(self) -> None:
        """The codes of this half minute count as not yet used, so that the same people can come again."""
        engine = make_engine(SecretStr(self.ground.database_url), "bench")
        async with engine.begin() as connection:
            await connection.exec_driver_sql("UPDATE authenticators SET last_step = 0")
        await engine.dispose()

    async def sign_in(self, client: aiohttp.ClientSession, someone: Someone) -> int:
        """Password and code from the known device; the status."""
        code = pyotp.TOTP(someone.seed).generate_otp(int(time.time()) // STEP_SECONDS)
        body = {"email": someone.email, "password": PASSWORD.decode(), "code": code}
        return await self.post_session(client, {**body, "device_token": someone.device_token}, "192.0.2.1")

    async def post_session(self, client: aiohttp.ClientSession, body: dict[str, str], source: str) -> int:
        """The status of a sign-in from a source."""
        headers = self.headers("POST", "/sessions") | {SOURCE_HEADER: source}
        async with client.post(f"{self.url}/sessions", json=body, headers=headers) as answer:
            await answer.read()
            return answer.status


@contextmanager
def one_identity(servers: Addresses) -> Iterator[RunningIdentity]:
    """`python -m identity api`, ready."""
    with tempfile.TemporaryDirectory() as folder:
        issuer, ground = Issuer(Path(folder)), prepare(servers, "identity", "bench")
        make_keys(issuer.key_folder, issuer.trust_folder)
        environment = {
            **ground.environment,
            "IDENTITY_TRUST_FOLDER": str(issuer.trust_folder),
            "IDENTITY_KEY_FOLDER": str(issuer.key_folder),
            "IDENTITY_EMAIL_TAG_KEY": TAG_KEY,
            "IDENTITY_SMTP_URL": servers.smtp_url,
            "IDENTITY_MAIL_FROM": "no-reply@ourwatch.test",
        }
        with one_api("identity", environment) as (url, process):
            yield RunningIdentity(ground, issuer, url, process)
