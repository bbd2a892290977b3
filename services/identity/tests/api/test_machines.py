"""A force's own software comes in with a key of its own, on the machine plane and nowhere else."""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from identity.bootstrap import Resources
from identity.domain.errors import ClientRefused
from identity.storage import tables
from identity.use_cases.issue_machine_token import issue_machine_token
from jwt.algorithms import OKPAlgorithm
from shared.auth.access import read_access_token
from shared.auth.principal import Plane, Role
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import Issuer
from sqlalchemy import func, select

from services.identity.tests.conftest import People, Person

ISSUER, TOKENS = "http://ourwatch.test", "/machine/tokens"
GONE = object()
Private = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

KINDS: dict[str, tuple[Callable[[], Private], Any]] = {
    "EdDSA": (ed25519.Ed25519PrivateKey.generate, OKPAlgorithm()),
    "ES256": (
        lambda: ec.generate_private_key(ec.SECP256R1()),
        jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256),
    ),
    "RS256": (
        lambda: rsa.generate_private_key(65537, 2048),
        jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256),
    ),
}


def jwk_of(key: Any, algorithm: str = "EdDSA") -> dict[str, Any]:
    """A key as a JSON Web Key, private parts included where it has them."""
    written: dict[str, Any] = json.loads(KINDS[algorithm][1].to_jwk(key))
    return written


@dataclass
class System:
    """A police system that holds a private key, and the administrator who looks after it."""

    people: People
    administrator: Person
    organisation_id: str
    id: str
    key: Any = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    algorithm: str = "EdDSA"

    @property
    def path(self) -> str:
        return f"/staff/organisations/{self.organisation_id}/clients/{self.id}"

    async def ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return await self.people.client.request(method, path, headers=self.administrator.headers, **parts)

    async def add_key(self, key: Any = None, algorithm: str = "EdDSA") -> httpx.Response:
        public = jwk_of((key or self.key).public_key(), algorithm)
        return await self.ask("POST", f"{self.path}/keys", json={"jwk": public})

    def assertion(self, key: Any = None, headers: Mapping[str, Any] | None = None, **claims: Any) -> str:
        moment = int(now().timestamp())
        said = {"iss": self.id, "sub": self.id, "aud": ISSUER, "jti": new_id().hex, "exp": moment + 60, **claims}
        kept = {name: value for name, value in said.items() if value is not GONE}
        return jwt.encode(kept, key or self.key, algorithm=self.algorithm, headers=dict(headers or {}))

    async def token(self, assertion: str, **form: str) -> httpx.Response:
        sent = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
            **form,
        }
        return await self.people.client.post(TOKENS, data=sent)

    async def stand(self) -> dict[str, Any]:
        listed = (await self.ask("GET", self.path.rpartition("/")[0])).json()
        found: dict[str, Any] = next(each for each in listed if each["id"] == self.id)
        return found


@pytest.fixture
async def system(people: People, administrator: Person, force: str) -> System:
    body = {"name": "Command and control", "scopes": ["alerts.send", "markings.read"], "areas": ["E09000030"]}
    path = f"/staff/organisations/{force}/clients"
    made = await people.client.post(path, json=body, headers=administrator.headers)
    assert made.status_code == 201
    built = System(people, administrator, force, made.json()["id"])
    assert (await built.add_key()).status_code == 201
    return built


async def test_a_system_gets_a_token_of_the_machine_plane(system: System, issuer: Issuer) -> None:
    answer = await system.token(system.assertion())
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 300, "alerts.send markings.read")
    said = read_access_token(told["access_token"], issuer.trust, now())
    assert (str(said.id), str(said.session_id)) == (system.id, system.id)
    assert (said.plane, said.role, str(said.organisation_id)) == (
        Plane.MACHINE,
        Role.POLICE_SYSTEM,
        system.organisation_id,
    )
    assert said.areas == {"E09000030"}
    assert said.scopes == {"alerts.send", "markings.read"}
    stand = await system.stand()
    assert stand["last_used_at"] is not None
    assert stand["keys"][0]["last_used_at"] is not None


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
async def test_each_kind_of_key_verifies_with_its_own_algorithm(system: System, algorithm: str) -> None:
    system.key, system.algorithm = KINDS[algorithm][0](), algorithm
    added = await system.add_key(algorithm=algorithm)
    assert added.json()["algorithm"] == algorithm
    assert (await system.token(system.assertion())).status_code == 200
    assert (await system.token(system.assertion(headers={"kid": added.json()["kid"]}))).status_code == 200


async def test_the_token_endpoint_may_be_named_as_audience(system: System) -> None:
    assert (await system.token(system.assertion(aud=ISSUER + TOKENS))).status_code == 200


async def test_a_token_has_the_scopes_that_were_asked_for_and_never_more(system: System, issuer: Issuer) -> None:
    some = (await system.token(system.assertion(), scope="alerts.send")).json()
    assert read_access_token(some["access_token"], issuer.trust, now()).scopes == {"alerts.send"}
    more = await system.token(system.assertion(), scope="alerts.send memberships.read")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


MOMENT = int(now().timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": [ISSUER]},
        {"aud": GONE},
        {"iss": "somebody else"},
        {"iss": GONE},
        {"jti": GONE},
        {"jti": ""},
        {"jti": "x" * 129},
        {"jti": 7},
        {"exp": GONE},
        {"exp": "later"},
        {"exp": MOMENT - 60},
        {"exp": MOMENT + 10_000},
        {"iat": MOMENT + 10_000},
        {"nbf": MOMENT + 10_000},
        {"sub": "not an id"},
        {"sub": GONE},
        {"sub": str(new_id())},
    ],
)
async def test_an_assertion_that_says_something_else_opens_nothing(system: System, claims: dict[str, Any]) -> None:
    answer = await system.token(system.assertion(**claims))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "headers",
    [
        {"kid": "another"},
        {"kid": 7},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/chain"},
        {"crit": ["exp"], "exp": 1},
    ],
)
async def test_a_header_that_leads_elsewhere_opens_nothing(system: System, headers: dict[str, Any]) -> None:
    def signed(header: dict[str, Any]) -> str:
        _, body, _ = system.assertion().split(".")
        head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        signature = base64.urlsafe_b64encode(system.key.sign(f"{head}.{body}".encode())).rstrip(b"=").decode()
        return f"{head}.{body}.{signature}"

    assert (await system.token(signed({"alg": "EdDSA"}))).status_code == 200
    assert (await system.token(signed({"alg": "EdDSA", **headers}))).status_code == 401


async def test_a_stranger_s_key_opens_nothing(system: System) -> None:
    assert (await system.token(system.assertion(ed25519.Ed25519PrivateKey.generate()))).status_code == 401


async def test_the_public_key_as_a_shared_secret_opens_nothing(system: System) -> None:
    system.algorithm = "HS256"
    public = base64.urlsafe_b64decode(jwk_of(system.key.public_key())["x"] + "=")
    assert (await system.token(system.assertion(public))).status_code == 401


async def test_another_client_s_key_opens_nothing(system: System, people: People) -> None:
    path = system.path.rpartition("/")[0]
    body = {"name": "Another", "scopes": ["alerts.send"], "areas": []}
    other = (await system.ask("POST", path, json=body)).json()["id"]
    assert (await system.token(system.assertion(iss=other, sub=other))).status_code == 401


async def test_an_assertion_serves_once_even_for_twenty_at_once(system: System) -> None:
    assertion = system.assertion()
    answers = await asyncio.gather(*(system.token(assertion) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 19


async def test_used_assertions_are_kept_until_they_run_out_and_no_longer(
    system: System, people: People, resources: Resources
) -> None:
    assertion, later = system.assertion(), now() + timedelta(minutes=10)
    await system.token(assertion)

    async def at(assertion: str) -> None:
        await issue_machine_token(
            resources.unit_of_work(), resources.keyring, assertion=assertion, audiences=[ISSUER], scope="", now=later
        )

    with pytest.raises(ClientRefused):
        await at(assertion)
    await at(system.assertion(exp=int(later.timestamp()) + 60))
    kept = select(func.count()).where(tables.used_assertions.c.client_id == UUID(system.id))
    assert (await people.rows(kept))[0][0] == 1


async def test_a_new_key_goes_beside_the_old_one_and_a_third_waits(system: System) -> None:
    """Rotation with overlap: nothing stops while the system changes over."""
    old, new = system.key, ed25519.Ed25519PrivateKey.generate()
    first = (await system.stand())["keys"][0]["id"]
    assert (await system.add_key(new)).status_code == 201
    assert [(await system.token(system.assertion(key))).status_code for key in (old, new)] == [200, 200]
    third = await system.add_key(ed25519.Ed25519PrivateKey.generate())
    assert third.json()["code"] == "identity.enough_keys"
    assert (await system.ask("DELETE", f"{system.path}/keys/{first}")).status_code == 204
    assert [(await system.token(system.assertion(key))).status_code for key in (old, new)] == [401, 200]
    assert (await system.ask("DELETE", f"{system.path}/keys/{first}")).status_code == 404
    again = await system.add_key(old)
    assert again.json()["code"] == "identity.key_taken"


async def test_keys_added_at_once_are_two_at_most(system: System) -> None:
    await asyncio.gather(*(system.add_key(ed25519.Ed25519PrivateKey.generate()) for _ in range(5)))
    assert len((await system.stand())["keys"]) == 2


async def test_a_revoked_client_gets_no_token_and_the_gateway_is_told(system: System, people: People) -> None:
    assert (await system.ask("DELETE", system.path)).status_code == 204
    assert system.id in (await people.client.get("/internal/revocations")).json()["ended"]
    assert (await system.token(system.assertion())).status_code == 401
    assert (await system.add_key(ed25519.Ed25519PrivateKey.generate())).status_code == 404
    assert (await system.stand())["revoked_at"] is not None


async def test_a_revocation_at_the_same_moment_leaves_no_token_that_the_gateway_does_not_know_of(
    system: System, people: People
) -> None:
    assertions = [system.assertion() for _ in range(10)]
    answers = await asyncio.gather(*(system.token(each) for each in assertions[:5]), system.ask("DELETE", system.path))
    assert answers[-1].status_code == 204
    assert {(await system.token(each)).status_code for each in assertions} == {401}
    assert system.id in (await people.client.get("/internal/revocations")).json()["ended"]


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ"},
        {"kty": "OKP", "crv": "X25519", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"},
        {"kty": "OKP", "crv": "Ed25519", "x": "short"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {"kty": "OKP", "crv": ["Ed25519"], "x": "AAAA"},
        {"kty": ["OKP"]},
        jwk_of(ed25519.Ed25519PrivateKey.generate()),
        jwk_of(rsa.generate_private_key(65537, 1024).public_key(), "RS256"),
        jwk_of(ec.generate_private_key(ec.SECP384R1()).public_key(), "ES256"),
    ],
    ids=["empty", "shared secret", "x25519", "short", "no point", "list", "lists", "private", "RSA 1024", "P-384"],
)
async def test_what_is_no_strong_public_key_is_refused(system: System, jwk: dict[str, Any]) -> None:
    answer = await system.ask("POST", f"{system.path}/keys", json={"jwk": jwk})
    assert (answer.status_code, answer.json()["code"]) == (422, "identity.key_not_accepted")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"client_assertion_type": "password"}, "invalid_request"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"client_assertion": "no.token.atall"}, "invalid_client"),
        ({"client_assertion": "x"}, "invalid_client"),
    ],
)
async def test_requests_are_refused_as_rfc_6749_says(system: System, form: dict[str, str], error: str) -> None:
    answer = await system.token(system.assertion(), **form)
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.json()["error"] == error


async def test_only_police_have_systems(people: People, administrator: Person, ourwatch: str) -> None:
    body = {"name": "Ours", "scopes": ["alerts.send"], "areas": []}
    path = f"/staff/organisations/{ourwatch}/clients"
    answer = await people.client.post(path, json=body, headers=administrator.headers)
    assert answer.json()["code"] == "identity.role_outside_organisation"


async def test_one_organisation_s_path_leads_to_no_other_s_client(system: System, ourwatch: str) -> None:
    elsewhere = f"/staff/organisations/{ourwatch}/clients/{system.id}"
    key = (await system.stand())["keys"][0]["id"]
    answers = [
        await system.ask("DELETE", elsewhere),
        await system.ask("POST", f"{elsewhere}/keys", json={"jwk": jwk_of(system.key.public_key())}),
        await system.ask("DELETE", f"{elsewhere}/keys/{key}"),
    ]
    assert {answer.status_code for answer in answers} == {404}


async def test_police_manage_no_systems(system: System, officer: Person) -> None:
    system.administrator = officer
    body = {"name": "Mine", "scopes": ["alerts.send"], "areas": []}
    answers = [
        await system.ask("POST", system.path.rpartition("/")[0], json=body),
        await system.ask("GET", system.path.rpartition("/")[0]),
        await system.ask("DELETE", system.path),
        await system.add_key(ed25519.Ed25519PrivateKey.generate()),
        await system.ask("DELETE", f"{system.path}/keys/{new_id()}"),
    ]
    assert {answer.json()["code"] for answer in answers} == {"identity.not_yours_to_give"}


async def test_a_machine_session_is_neither_a_member_s_nor_staff(system: System, people: People) -> None:
    token = (await system.token(system.assertion())).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    for path in ("/me", "/staff/me", "/staff/accounts"):
        assert (await people.client.get(path, headers=headers)).json()["code"] == "auth.wrong_plane"
