"""Somebody with a session and a passkey, and what they do with them at the server."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from launcher.demo.people import PASSWORD
from ourwatch_client.session import Tokens
from ourwatch_client.transport import Transport
from shared.ids import new_id

from tests.soak.passkey_cases.chromium import TRANSPORTS, Json
from tests.soak.passkey_cases.key import Key
from tests.soak.passkey_cases.scene import Scene


@dataclass
class Person:
    """One session of an account, and its owner's key. `plane` is the beginning of their paths."""

    scene: Scene
    email: str
    tokens: Tokens
    key: Key
    plane: str = ""

    def __post_init__(self) -> None:
        self._http = Transport(self.scene.url, lambda: self.tokens.access_token)

    def call(self, method: str, path: str, **parts: object) -> Json:
        told: Json = self._http.call(method, self.plane + path, **parts)
        return told

    def asked(self, path: str) -> Json:
        """The options that the server makes for this session."""
        options: Json = self.call("POST", f"{path}/options")["public_key"]
        return options

    def offer(self, credential: Json) -> str:
        """Adds a passkey to the account; its id."""
        told = self.call("POST", "/me/passkeys", json={"credential": credential, "label": "a key"})
        self.tokens = self.tokens.model_copy(update={"access_token": told["access_token"], "assurance": "aal2"})
        return str(told["id"])

    def step_up(self, credential: Json) -> None:
        told = self.call("POST", "/sessions/current/step-up/passkey", json={"credential": credential})
        self.tokens = self.tokens.model_copy(update={"access_token": told["access_token"]})

    def enrol(self) -> str:
        """Makes a passkey and adds it; its id."""
        return self.offer(self.key.make(self.asked("/me/passkeys")))

    def sign_in(self) -> Tokens:
        """A session by the passkey alone."""
        return sign_in(self.scene, self.key.show(asked_to_sign_in(self.scene)))


def asked_to_sign_in(scene: Scene) -> Json:
    """The options for whoever comes."""
    options: Json = scene.visitor.transport.call("POST", "/sessions/passkey/options")["public_key"]
    return options


def sign_in(scene: Scene, credential: Json) -> Tokens:
    """A session by a passkey alone."""
    return Tokens.model_validate(
        scene.visitor.transport.call("POST", "/sessions/passkey", json={"credential": credential})
    )


def resident(scene: Scene) -> Person:
    """A member who chose a password, and nothing else yet."""
    email = f"{new_id().hex}@example.org"
    scene.visitor.register(email, PASSWORD, "Amina Rahman")
    link = scene.post.link(email, "/accounts/confirm")
    scene.visitor.submit("/accounts/confirm", secret=link["secret"], password=PASSWORD)
    return Person(scene, email, with_password(scene, email), _any_key(scene))


def staff(scene: Scene) -> Person:
    """An administrator, signed in with an authenticator app."""
    email = f"{new_id().hex}@ourwatch.example"
    link = scene.create_administrator(email, "Ngozi Eze")
    secret = parse_qs(urlsplit(link).query)["secret"][0]
    page = scene.visitor.submit("/staff-invitations/accept", secret=secret, password=PASSWORD).text
    [seed] = re.findall(r'<code id="key">([A-Z2-7]+)</code>', page)
    scene.codes.enrol(email, seed)
    scene.visitor.submit("/staff-invitations/confirm", secret=secret, code=scene.codes.next(email))
    return Person(scene, email, with_password(scene, email, scene.codes.next(email)), _any_key(scene), "/staff")


def with_password(scene: Scene, email: str, code: str | None = None) -> Tokens:
    """Another session of theirs, opened as people without a passkey do."""
    body = {"email": email, "password": PASSWORD, "code": code}
    return Tokens.model_validate(scene.visitor.transport.call("POST", "/sessions", json=body))


def _any_key(scene: Scene) -> Key:
    return Key(scene.chromium, scene.chance.choice(TRANSPORTS))
