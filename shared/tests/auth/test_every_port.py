"""Every service on a real port refuses every bad token, and takes the good one."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import documents.app
import documents.keys.app
import documents.keys.root_keys
import documents.keys.settings
import documents.settings
import groups.app
import groups.settings
import groups.sign.app
import groups.sign.sealing
import httpx
import identity.app
import identity.keyring
import identity.settings
import messaging.app
import messaging.keyring
import messaging.settings
import pytest
from gateway.domain.policy import ROWS
from gateway.domain.rows import Who
from pydantic import SecretStr
from shared.auth import access, internal, passes
from shared.auth.keyfiles import SigningKey, load_signing_key
from shared.auth.principal import Principal, Role
from shared.testing.bad_tokens import BAD, BAD_ACCESS, BAD_GROUP_PASS, BAD_INTERNAL, Bad, forge, good_of
from shared.testing.issuer import Issuer, a_group_pass, a_member, a_police_system, a_staff_member
from shared.testing.service import Ground
from shared.testing.serving import serving
from starlette.types import ASGIApp

GROUP = UUID("01900000-0000-7000-8000-0000000000aa")
TAG_KEY = SecretStr("a tag key that only this test has")
GroundOf = Callable[..., Ground]


@dataclass(frozen=True)
class Port:
    """A process, and a route of it that asks for everything that the process asks for."""

    audience: str | None
    method: str
    target: str
    pass_for: str | None = None
    staff: bool = False
    caller: str = internal.ISSUER


PORTS: dict[str, Port] = {
    "identity": Port("identity", "GET", "/organisations?limit=3"),
    "groups": Port("groups", "GET", "/groups/mine?limit=3"),
    "documents": Port("documents", "GET", f"/groups/{GROUP}/documents?limit=3", "documents"),
    "messaging": Port("messaging", "GET", f"/groups/{GROUP}/lists?limit=3", "messaging"),
    "documents keys": Port("keys", "POST", f"/groups/{GROUP}/keys/wrap", "documents", caller="documents"),
    "groups sign": Port(None, "POST", "/sign", staff=True),
}


def _identity(ground_of: GroundOf, issuer: Issuer, folder: Path) -> ASGIApp:
    ground = ground_of("identity")
    (folder / "identity.jwk").write_text((issuer.key_folder / "identity.jwk").read_text())
    identity.keyring.make_keys(folder, issuer.trust_folder)
    return identity.app.create_app(
        identity.settings.Settings(
            public_url="http://ourwatch.test",
            trust_folder=issuer.trust_folder,
            database_url=SecretStr(ground.database_url),
            amqp_url=SecretStr(ground.amqp_url),
            key_folder=folder,
            email_tag_key=TAG_KEY,
            smtp_url=ground.servers.smtp_url,
            mail_from="no-reply@ourwatch.test",
        )
    )


def _groups(ground_of: GroundOf, issuer: Issuer, _folder: Path) -> ASGIApp:
    ground = ground_of("groups", roles=("owner", "app", "sign"))
    return groups.app.create_app(
        groups.settings.Settings(
            public_url="http://ourwatch.test",
            trust_folder=issuer.trust_folder,
            database_url=SecretStr(ground.database_url),
            amqp_url=SecretStr(ground.amqp_url),
            key_folder=issuer.key_folder,
            sign_url="http://127.0.0.1:9",
            email_tag_key=TAG_KEY,
        )
    )


def _sign(ground_of: GroundOf, issuer: Issuer, folder: Path) -> ASGIApp:
    ground = ground_of("groups", roles=("owner", "app", "sign"))
    groups.sign.sealing.make_seal(folder)
    return groups.sign.app.create_sign_app(
        groups.settings.SignSettings(
            public_url="http://ourwatch.test",
            trust_folder=issuer.trust_folder,
            sign_database_url=SecretStr(ground.role_url("groups_sign")),
            sign_key_folder=folder,
        )
    )


def _documents(ground_of: GroundOf, issuer: Issuer, _folder: Path) -> ASGIApp:
    ground = ground_of("documents", roles=("owner", "app", "keys"))
    return documents.app.create_app(
        documents.settings.DocumentsSettings(
            public_url="http://ourwatch.test",
            trust_folder=issuer.trust_folder,
            database_url=SecretStr(ground.database_url),
            amqp_url=SecretStr(ground.amqp_url),
            store_url=ground.servers.s3_url,
            store_access_key=ground.bucket.access_key,
            store_secret_key=SecretStr(ground.bucket.secret_key),
            store_bucket=ground.bucket.name,
            keys_url="http://127.0.0.1:9",
            key_folder=issuer.key_folder,
        )
    )


def _keys(ground_of: GroundOf, issuer: Issuer, folder: Path) -> ASGIApp:
    ground = ground_of("documents", roles=("owner", "app", "keys"))
    documents.keys.root_keys.make_root_key(folder)
    return documents.keys.app.create_keys_app(
        documents.keys.settings.KeysSettings(
            trust_folder=issuer.trust_folder,
            database_url=SecretStr(ground.role_url("documents_keys")),
            key_folder=folder,
        )
    )


def _messaging(ground_of: GroundOf, issuer: Issuer, folder: Path) -> ASGIApp:
    ground = ground_of("messaging")
    messaging.keyring.make_keys(folder, issuer.trust_folder)
    return messaging.app.create_app(
        messaging.settings.Settings(
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
    )


APPS: dict[str, Callable[[GroundOf, Issuer, Path], ASGIApp]] = {
    "identity": _identity,
    "groups": _groups,
    "documents": _documents,
    "messaging": _messaging,
    "documents keys": _keys,
    "groups sign": _sign,
}


class Attacker:
    """Sends one request to one port, with one of its tokens exchanged."""

    def __init__(self, client: httpx.AsyncClient, issuer: Issuer, port: Port) -> None:
        self.client, self.issuer, self.port = client, issuer, port
        self.person = a_staff_member(Role.POLICE, frozenset({"E09000030"})) if port.staff else a_member()

    def key(self, name: str) -> SigningKey:
        return load_signing_key(self.issuer.key_folder, name)

    def tokens(self, person: Principal | None = None) -> dict[str, str]:
        person, port = person or self.person, self.port
        held = {"authorization": self.issuer.access(person)}
        if port.audience is not None:
            held[internal.HEADER] = self.issuer.internal(port.audience, port.method, port.target, caller=port.caller)
        if port.pass_for is not None:
            proof = a_group_pass(person, GROUP, office="chair")
            held[passes.HEADER] = self.issuer.group_pass(port.pass_for, proof)
        return held

    def bad(self, header: str, case: Bad) -> dict[str, str]:
        issuers = {
            "authorization": (access.ISSUER, passes.ISSUER),
            passes.HEADER: (passes.ISSUER, access.ISSUER),
            internal.HEADER: (
                internal.key_name(self.port.audience or "", self.port.caller),
                internal.key_name("groups" if self.port.audience == "identity" else "identity"),
            ),
        }
        own, another = issuers[header]
        tokens = self.tokens()
        return tokens | {header: forge(good_of(tokens[header], self.key(own), self.key(another)), case)}

    async def ask(self, tokens: dict[str, str]) -> httpx.Response:
        headers = dict(tokens)
        if "authorization" in headers:
            headers["authorization"] = f"Bearer {headers['authorization']}".rstrip()
        return await self.client.request(self.port.method, self.port.target, headers=headers)


@pytest.fixture(scope="module", params=list(PORTS))
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="module")
def app(name: str, ground_of: GroundOf, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> ASGIApp:
    return APPS[name](ground_of, issuer, tmp_path_factory.mktemp(name.replace(" ", "-")))


@pytest.fixture(scope="module")
async def attacker(name: str, app: ASGIApp, issuer: Issuer) -> AsyncIterator[Attacker]:
    async with serving(app) as url, httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield Attacker(client, issuer, PORTS[name])


def is_refused(answer: httpx.Response, status: int) -> bool:
    told = answer.headers.get("content-type") == "application/problem+json"
    if answer.request.method == "HEAD":
        return told and answer.status_code == status
    return bool(told and answer.status_code == status == answer.json()["status"])


async def test_good_tokens_pass_the_door(attacker: Attacker) -> None:
    """Where the route wants a body too, that is what it says: 422 comes after the proofs."""
    answer = await attacker.ask(attacker.tokens())
    assert answer.status_code == (200 if attacker.port.method == "GET" else 422), answer.text


async def test_bad_access_tokens_are_refused(attacker: Attacker) -> None:
    # What is wrong with a member's claims may be right with a police officer's.
    for case in BAD if attacker.port.staff else (*BAD, *BAD_ACCESS):
        answer = await attacker.ask(attacker.bad("authorization", case))
        assert is_refused(answer, 401), (case.name, answer.status_code, answer.text)


async def test_bad_internal_tokens_are_refused(attacker: Attacker) -> None:
    if attacker.port.audience is None:
        return  # only its own service calls this process
    for case in (*BAD, *BAD_INTERNAL):
        answer = await attacker.ask(attacker.bad(internal.HEADER, case))
        assert is_refused(answer, 401), (case.name, answer.status_code, answer.text)


async def test_bad_passes_are_refused(attacker: Attacker) -> None:
    if attacker.port.pass_for is None:
        return
    for case in (*BAD, *BAD_GROUP_PASS):
        answer = await attacker.ask(attacker.bad(passes.HEADER, case))
        assert is_refused(answer, 403), (case.name, answer.status_code, answer.text)


async def test_each_proof_is_needed(attacker: Attacker) -> None:
    for missing in attacker.tokens():
        tokens = attacker.tokens()
        del tokens[missing]
        answer = await attacker.ask(tokens)
        assert is_refused(answer, 403 if missing == passes.HEADER else 401), (missing, answer.text)


async def test_the_stolen_keys_of_the_gateway_open_nothing_without_somebody_signed_in(attacker: Attacker) -> None:
    """security.md: every route that is not for everybody, with an internal token that is perfectly good."""
    audience = attacker.port.audience
    if audience is None or attacker.port.caller != internal.ISSUER:
        return  # there are no such keys for this process
    own = [row for row in ROWS if row.service == audience and Who.PUBLIC not in row.who]
    targets = [(row.method, re.sub(r"{\w+}", str(GROUP), row.path)) for row in own]
    for method, target in [*targets, *([("POST", "/internal/passes")] if audience == "groups" else [])]:
        token = {internal.HEADER: attacker.issuer.internal(audience, method, target)}
        answer = await attacker.client.request(method, target, headers=token)
        assert is_refused(answer, 401), (method, target, answer.text)


async def test_a_proof_sent_twice_is_refused(attacker: Attacker) -> None:
    for header, token in attacker.tokens().items():
        sent = [(n, f"Bearer {t}" if n == "authorization" else t) for n, t in attacker.tokens().items()]
        twice = [*sent, (header, f"Bearer {token}" if header == "authorization" else token)]
        answer = await attacker.client.request(attacker.port.method, attacker.port.target, headers=twice)
        assert is_refused(answer, 401), (header, answer.text)


async def test_a_session_of_another_plane_is_refused_with_proofs_that_are_good(attacker: Attacker) -> None:
    """P1, P2: also with a pass that was signed for it."""
    others = [
        a_police_system(),
        *(a_staff_member(role, frozenset()) for role in Role if role is not Role.POLICE_SYSTEM),
    ]
    for person in [a_member()] if attacker.port.staff else others:
        answer = await attacker.ask(attacker.tokens(person))
        assert is_refused(answer, 403), (person.role, answer.text)
