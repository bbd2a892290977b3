"""Staff come in through an organisation's own provider, a real one and a crooked one; its word alone opens little."""

import asyncio
import hashlib
import json
import re
import secrets
import sys
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from identity.bootstrap import Resources
from identity.domain.errors import SignInRefused
from identity.storage import tables
from identity.use_cases.finish_provider_sign_in import finish_provider_sign_in
from identity.use_cases.recognise_device import Arrival
from jwt.algorithms import ECAlgorithm
from shared.clock import now
from shared.ids import new_id
from shared.servers.mailsink import Mailbox
from shared.servers.ports import free_port
from shared.testing.eventually import answering
from shared.testing.serving import serving
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from services.identity.tests.browser import STAFF, Browser
from services.identity.tests.conftest import POLICE_DOMAIN, People, Person, an_address
from services.identity.tests.run_provider import CLIENT_ID, CLIENT_SECRET, PASSWORD

CALLBACK = "/staff-sign-in/callback"
REDIRECT = f"http://ourwatch.test{CALLBACK}"
PROGRAM = Path(__file__).parents[1] / "run_provider.py"
GONE = object()


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def set_provider(
    people: People, by: Person, force: str, issuer: str, *, assigns_addresses: bool = True
) -> httpx.Response:
    body = {
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "assigns_addresses": assigns_addresses,
    }
    return await people.client.put(f"/staff/organisations/{force}/provider", json=body, headers=by.headers)


@pytest.fixture(scope="module")
async def own_force(people: People, administrator: Person) -> str:
    """A police organisation that is signed in to by its own provider."""
    body = {"name": f"Kent Police {new_id().hex}", "authority": "police", "email_domains": [POLICE_DOMAIN]}
    made = await people.client.post("/staff/organisations", json=body, headers=administrator.headers)
    return str(made.json()["id"])


@dataclass
class App:
    """A client of ours on somebody's desk: begins the sign-in, waits for the browser, shows its verifier."""

    people: People
    force: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    async def begin(self) -> str:
        path = f"/staff-sign-in/{self.force}"
        answer = await self.people.client.get(path, params={"challenge": challenge_of(self.verifier)})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def finish(self, back: dict[str, str], **other: str) -> httpx.Response:
        body = {"state": back["state"], "code": back["code"], "verifier": self.verifier, **other}
        return await self.people.client.post(CALLBACK, json=body)


async def browse(url: str, login: str) -> dict[str, str]:
    """What somebody does in a browser at Canaille: name, password, consent; what comes back in the address."""
    async with httpx.AsyncClient(timeout=30) as browser:
        page = await browser.get(url)
        for _ in range(12):
            if page.is_redirect:
                target = page.url.join(page.headers["location"])
                if target.host == "ourwatch.test":
                    return {name: values[0] for name, values in parse_qs(target.query.decode()).items()}
                page = await browser.get(target)
                continue
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
            assert token, page.text
            form = {"csrf_token": token.group(1)}
            said = {"login": login, "password": PASSWORD, "answer": "accept"}
            form |= {name: value for name, value in said.items() if f'name="{name}"' in page.text}
            page = await browser.post(page.url, data=form)
    raise AssertionError("the provider sent nobody back")


# A real provider


@dataclass
class Canaille:
    issuer: str
    people: list[str]


@pytest.fixture(scope="session")
async def canaille() -> AsyncIterator[Canaille]:
    port = free_port()
    known = [an_address("officer", POLICE_DOMAIN) for _ in range(6)] + [an_address("visitor")]
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), str(port), REDIRECT, *known, stderr=asyncio.subprocess.DEVNULL
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        await answering(f"{issuer}/.well-known/openid-configuration")
        yield Canaille(issuer, known)
    finally:
        program.terminate()
        await program.wait()


async def invited(people: People, administrator: Person, force: str, email: str) -> Person:
    person = Person(email)
    body = {"email": email, "display_name": "PC Lee", "organisation_id": force, "role": "police", "areas": []}
    await people.client.post("/staff/accounts", json=body, headers=administrator.headers)
    return await people.accept(person, await people.link_to(email))


async def test_an_officer_comes_in_with_one_factor_through_the_force_s_own_provider(
    people: People,
    administrator: Person,
    own_force: str,
    canaille: Canaille,
    send_mail: Callable[[], Awaitable[None]],
    mailbox: Mailbox,
) -> None:
    assert (await set_provider(people, administrator, own_force, canaille.issuer)).status_code == 204
    officer = await invited(people, administrator, own_force, canaille.people[0])
    app, back = App(people, own_force), dict[str, str]()
    for _ in range(2):
        app = App(people, own_force)
        back = await browse(await app.begin(), officer.email.partition("@")[0])
        opened = await app.finish(back, iss=back["iss"])
        assert opened.status_code == 201, opened.text
        told = opened.json()
        assert (told["account_id"], told["plane"], told["assurance"]) == (str(officer.id), "staff", "aal1")
    await send_mail()
    subjects = [mail["Subject"] for mail in mailbox.messages(to=officer.email)]
    assert subjects.count("Your organisation's sign-in now opens your OurWatch account") == 1
    assert (await app.finish(back)).json()["code"] == "identity.sign_in_refused"


async def test_an_officer_s_browser_keeps_what_the_force_s_own_provider_opened(
    people: People, administrator: Person, own_force: str, canaille: Canaille
) -> None:
    await set_provider(people, administrator, own_force, canaille.issuer)
    officer, browser = await invited(people, administrator, own_force, canaille.people[5]), Browser(people)
    app = App(people, own_force)
    back = await browse(await app.begin(), officer.email.partition("@")[0])
    body = {"state": back["state"], "code": back["code"], "verifier": app.verifier, "browser": True}
    answer = await browser.post(CALLBACK, body)
    assert (answer.status_code, "token" in answer.text) == (201, False)
    assert (await people.client.get("/staff/me/factors", headers=await browser.bearer(STAFF))).status_code == 200


async def test_an_address_that_the_provider_did_not_verify_opens_nothing_unless_the_force_assigns_them(
    people: People, administrator: Person, own_force: str, canaille: Canaille
) -> None:
    await set_provider(people, administrator, own_force, canaille.issuer, assigns_addresses=False)
    officer = await invited(people, administrator, own_force, canaille.people[1])
    app = App(people, own_force)
    back = await browse(await app.begin(), officer.email.partition("@")[0])
    assert (await app.finish(back)).json()["code"] == "identity.sign_in_refused"


async def test_whoever_has_no_account_here_or_a_suspended_one_is_refused_alike(
    people: People, administrator: Person, own_force: str, canaille: Canaille
) -> None:
    await set_provider(people, administrator, own_force, canaille.issuer)
    suspended = await invited(people, administrator, own_force, canaille.people[2])
    await people.client.post(f"/staff/accounts/{suspended.id}/suspend", headers=administrator.headers)
    told = []
    for email in (suspended.email, canaille.people[3], canaille.people[-1]):
        app = App(people, own_force)
        answer = await app.finish(await browse(await app.begin(), email.partition("@")[0]))
        told.append((answer.status_code, answer.json()["code"]))
    assert set(told) == {(403, "identity.sign_in_refused")}


async def test_one_force_s_provider_opens_no_account_of_another(
    people: People, administrator: Person, own_force: str, force: str, canaille: Canaille
) -> None:
    await set_provider(people, administrator, own_force, canaille.issuer)
    stranger = await invited(people, administrator, force, canaille.people[4])
    app = App(people, own_force)
    answer = await app.finish(await browse(await app.begin(), stranger.email.partition("@")[0]))
    assert answer.json()["code"] == "identity.sign_in_refused"


# A crooked provider


@dataclass
class Crooked:
    """Says whatever a test wants it to say, signed as it should be or not, as often as it is asked."""

    issuer: str = ""
    email: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    signs: str = "rightly"
    nonce: str = ""
    status: int = 200
    discoveries: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    subject: str = field(default_factory=lambda: secrets.token_hex(8))
    key: Any = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def app(self) -> Starlette:
        routes = [("/.well-known/openid-configuration", self.discovery), ("/token", self.token)]
        routes += [("/keys", self.keys), ("/userinfo", self.info)]
        return Starlette(routes=[Route(path, answer, methods=["GET", "POST"]) for path, answer in routes])

    async def discovery(self, _request: Request) -> JSONResponse:
        self.discoveries += 1
        told = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize"}
        told |= {name: f"{self.issuer}/{path}" for name, path in ENDPOINTS.items()}
        return JSONResponse(told | {"token_endpoint_auth_methods_supported": ["client_secret_post"]})

    async def keys(self, _request: Request) -> JSONResponse:
        public = json.loads(ECAlgorithm(ECAlgorithm.SHA256).to_jwk(self.key.public_key()))
        return JSONResponse({"keys": [{"kty": "oct", "k": "AAAA"}, {**public, "kid": "one"}]})

    async def info(self, _request: Request) -> JSONResponse:
        return JSONResponse({"sub": self.subject, **self.userinfo})

    async def token(self, request: Request) -> JSONResponse:
        self.asked.append({name: str(value) for name, value in (await request.form()).items()})
        moment = int(now().timestamp())
        said = {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.subject, "nonce": self.nonce, "iat": moment}
        said |= {"exp": moment + 60, "email": self.email, "email_verified": True, **self.claims}
        kept = {name: value for name, value in said.items() if value is not GONE}
        key = self.key if self.signs == "rightly" else generate_private_key(SECP256R1())
        token = jwt.encode(kept, key, algorithm="ES256", headers={"kid": "one"})
        if self.signs == "not":
            token = jwt.encode(kept, "", algorithm="none")
        return JSONResponse({"id_token": token, "access_token": "opaque"}, self.status)


ENDPOINTS = {"token_endpoint": "token", "jwks_uri": "keys", "userinfo_endpoint": "userinfo"}


@pytest.fixture(scope="module")
async def lee(people: People, administrator: Person, own_force: str) -> Person:
    """An officer of that organisation."""
    return await people.officer(administrator, own_force)


@pytest.fixture
async def crooked(people: People, administrator: Person, own_force: str, lee: Person) -> AsyncIterator[Crooked]:
    """The provider of a day; each has an address of its own, so nothing is linked with it yet."""
    provider = Crooked(email=lee.email)
    async with serving(provider.app()) as url:
        provider.issuer = url
        answer = await set_provider(people, administrator, own_force, url, assigns_addresses=False)
        assert answer.status_code == 204, answer.text
        yield provider


async def come_back(provider: Crooked, app: App) -> dict[str, str]:
    """The browser comes back at once; the provider remembers the nonce."""
    asked = parse_qs(urlsplit(await app.begin()).query)
    provider.nonce = asked["nonce"][0]
    return {"state": asked["state"][0], "code": "a code"}


async def test_a_verified_address_opens_the_account_and_pkce_was_shown(
    people: People, own_force: str, crooked: Crooked
) -> None:
    app = App(people, own_force)
    asked = parse_qs(urlsplit(await app.begin()).query)
    crooked.nonce = asked["nonce"][0]
    answer = await app.finish({"state": asked["state"][0], "code": "a code"}, iss=crooked.issuer)
    assert answer.status_code == 201, answer.text
    [sent] = crooked.asked
    assert challenge_of(sent["code_verifier"]) == asked["code_challenge"][0]
    assert asked["code_challenge_method"] == ["S256"]
    assert (sent["client_secret"], sent["redirect_uri"]) == (CLIENT_SECRET, REDIRECT)


MOMENT = int(now().timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://elsewhere.example"},
        {"aud": "another client"},
        {"aud": [CLIENT_ID, "another client"]},
        {"azp": "another client"},
        {"nonce": "another"},
        {"nonce": GONE},
        {"exp": MOMENT - 3600},
        {"exp": GONE},
        {"iat": MOMENT + 3600},
        {"sub": ""},
        {"sub": "x" * 256},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": GONE},
        {"email": "someone.else@police.example"},
        {"email": GONE},
    ],
)
async def test_a_token_that_says_something_else_opens_nothing(
    people: People, own_force: str, crooked: Crooked, claims: dict[str, Any]
) -> None:
    crooked.claims = claims
    app = App(people, own_force)
    answer = await app.finish(await come_back(crooked, app))
    assert (answer.status_code, answer.json()["code"]) == (403, "identity.sign_in_refused")


@pytest.mark.parametrize("signs", ["by a stranger", "not"])
async def test_a_token_that_the_provider_did_not_sign_opens_nothing(
    people: People, own_force: str, crooked: Crooked, signs: str
) -> None:
    crooked.signs = signs
    app = App(people, own_force)
    assert (await app.finish(await come_back(crooked, app))).status_code == 403


async def test_an_address_may_come_from_userinfo_about_the_same_subject_alone(
    people: People, own_force: str, crooked: Crooked
) -> None:
    crooked.claims = {"email": GONE, "email_verified": GONE}
    crooked.userinfo = {"email": crooked.email, "email_verified": True, "sub": "another"}
    app = App(people, own_force)
    assert (await app.finish(await come_back(crooked, app))).status_code == 403
    del crooked.userinfo["sub"]
    assert (await app.finish(await come_back(crooked, app))).status_code == 201


async def test_another_subject_with_a_colleague_s_address_does_not_take_the_account_over(
    people: People, own_force: str, crooked: Crooked
) -> None:
    app = App(people, own_force)
    assert (await app.finish(await come_back(crooked, app))).status_code == 201
    owner, crooked.subject = crooked.subject, "an impostor"
    assert (await app.finish(await come_back(crooked, app))).status_code == 403
    crooked.subject, crooked.claims = owner, {"email": GONE}
    assert (await app.finish(await come_back(crooked, app))).status_code == 201


async def test_a_state_serves_once_even_for_twenty_at_once(people: People, own_force: str, crooked: Crooked) -> None:
    app = App(people, own_force)
    back = await come_back(crooked, app)
    answers = await asyncio.gather(*(app.finish(back) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [403] * 19
    assert len(crooked.asked) == 1


async def test_an_address_that_leaked_opens_nothing_for_who_did_not_begin(
    people: People, own_force: str, crooked: Crooked
) -> None:
    app, thief = App(people, own_force), App(people, own_force)
    back = await come_back(crooked, app)
    page = await people.client.get(CALLBACK, params=back)
    assert (page.status_code, back["state"] in page.text, "<script" in page.text) == (200, True, False)
    assert (await thief.finish(back)).status_code == 403
    assert (await app.finish(back, iss="http://another.example")).status_code == 403
    back = await come_back(crooked, app)
    assert (await thief.finish(back)).status_code == 403
    assert (await app.finish(back)).status_code == 201


async def test_a_sign_in_runs_out_after_ten_minutes(
    people: People, own_force: str, crooked: Crooked, resources: Resources
) -> None:
    app = App(people, own_force)
    back = await come_back(crooked, app)
    with pytest.raises(SignInRefused):
        await finish_provider_sign_in(
            resources.unit_of_work(),
            resources.unit_of_work(),
            resources.keyring,
            resources.discovery,
            **back,
            verifier=app.verifier,
            issuer=None,
            redirect_uri=REDIRECT,
            arrival=Arrival("192.0.2.1"),
            now=now() + timedelta(minutes=10),
        )


async def test_another_provider_ends_sign_ins_under_way_and_links_of_before(
    people: People, administrator: Person, own_force: str, crooked: Crooked
) -> None:
    app = App(people, own_force)
    assert (await app.finish(await come_back(crooked, app))).status_code == 201
    back = await come_back(crooked, app)
    other = Crooked(email=an_address("officer", POLICE_DOMAIN), subject=crooked.subject)
    async with serving(other.app()) as url:
        other.issuer = url
        await set_provider(people, administrator, own_force, url, assigns_addresses=False)
        assert (await app.finish(back)).status_code == 403
        assert (await app.finish(await come_back(other, app))).status_code == 403


async def test_a_provider_that_fails_is_said_to_be_out_of_reach(
    people: People, own_force: str, crooked: Crooked
) -> None:
    app = App(people, own_force)
    back = await come_back(crooked, app)
    crooked.status = 500
    answer = await app.finish(back)
    assert (answer.status_code, answer.json()["code"]) == (503, "identity.provider_unreachable")


async def test_whoever_begins_again_and_again_does_not_make_us_ask_the_provider_each_time(
    people: People, own_force: str, crooked: Crooked
) -> None:
    before = crooked.discoveries
    for _ in range(5):
        await App(people, own_force).begin()
    assert crooked.discoveries == before


# Setting it up


async def test_no_provider_no_sign_in(people: People, administrator: Person, own_force: str, crooked: Crooked) -> None:
    path = f"/staff/organisations/{own_force}/provider"
    answers = [await people.client.delete(path, headers=administrator.headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 404]
    for organisation in (own_force, str(new_id())):
        begun = await people.client.get(f"/staff-sign-in/{organisation}", params={"challenge": "x" * 43})
        assert (begun.status_code, begun.json()["code"]) == (404, "identity.not_found")


async def test_the_client_s_secret_does_not_rest_readable(people: People, own_force: str, crooked: Crooked) -> None:
    await App(people, own_force).begin()
    rows = [
        *await people.rows(select(tables.providers)),
        *await people.rows(select(tables.provider_sign_ins)),
    ]
    copy = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    assert crooked.issuer.encode() in copy
    assert CLIENT_SECRET.encode() not in copy


async def test_only_administrators_set_a_provider(
    people: People, officer: Person, force: str, crooked: Crooked
) -> None:
    answer = await set_provider(people, officer, force, crooked.issuer)
    removed = await people.client.delete(f"/staff/organisations/{force}/provider", headers=officer.headers)
    assert {answer.json()["code"], removed.json()["code"]} == {"identity.not_yours_to_give"}


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "ftp://example.org", "nothing", "http://user:pw@127.0.0.1:1"]
)
async def test_what_is_no_provider_is_not_kept(
    people: People, administrator: Person, own_force: str, address: str
) -> None:
    answer = await set_provider(people, administrator, own_force, address)
    assert (answer.status_code, answer.json()["code"]) == (422, "identity.provider_not_usable")
    kept = select(func.count()).select_from(tables.providers)
    kept = kept.where(tables.providers.c.issuer == address)
    assert (await people.rows(kept))[0][0] == 0


async def test_a_provider_must_call_itself_by_the_name_that_it_is_known_by(
    people: People, administrator: Person, own_force: str, crooked: Crooked
) -> None:
    url, crooked.issuer = crooked.issuer, "http://elsewhere.example"
    answer = await set_provider(people, administrator, own_force, url)
    assert answer.json()["code"] == "identity.provider_not_usable"
