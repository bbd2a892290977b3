"""A browser at the real door: its cookie lets it in, changes with a factor, and is dead within a poll of its end."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest
from launcher.demo.mailbox import Post, wait_for
from launcher.demo.people import PASSWORD, Codes
from launcher.demo.story import Ground
from ourwatch_client import MemberSession, Visitor
from shared.ids import new_id

MEMBER, OURS = "__Host-ow-member", {"sec-fetch-site": "same-origin"}


@dataclass
class Browser:
    """A browser on one of our pages. Other clients keep nothing `Secure` over plain HTTP: it has a jar of its own."""

    client: httpx.Client
    jar: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None, *, jar: dict[str, str] | None = None) -> httpx.Response:
        cookies = "; ".join(f"{name}={value}" for name, value in (self.jar if jar is None else jar).items())
        answer = self.client.request(method, path, json=body, headers=OURS | {"cookie": cookies})
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self.jar[name] = value
        return answer

    def is_out(self, jar: dict[str, str]) -> bool:
        return self.ask("GET", "/me", jar=jar).status_code == 401


@dataclass
class Resident:
    """Somebody at home, with a program, and browsers elsewhere."""

    email: str
    program: MemberSession
    codes: Codes


@pytest.fixture
def resident(ground: Ground) -> Iterator[Resident]:
    visitor, email = Visitor(ground.url), f"browser.{new_id().hex[-8:]}@example.org"
    visitor.register(email, PASSWORD, "Amina Rahman", "E09000030")
    link = Post(ground.maildir).link(email, "/accounts/confirm")
    visitor.submit("/accounts/confirm", secret=link["secret"], password=PASSWORD)
    program = visitor.sign_in_member(email, PASSWORD)
    yield Resident(email, program, Codes(ground.home / "demo" / "totp.json"))
    program.close()
    visitor.close()


@pytest.fixture
def browser(ground: Ground) -> Iterator[Browser]:
    with httpx.Client(base_url=ground.url, timeout=30) as client:
        yield Browser(client)


def test_a_browser_comes_in_steps_up_and_goes(resident: Resident, browser: Browser) -> None:
    signing_in = {"email": resident.email, "password": PASSWORD, "browser": True}
    crossed = browser.client.post("/sessions", json=signing_in, headers={"sec-fetch-site": "cross-site"})
    assert (crossed.status_code, crossed.json()["code"]) == (403, "identity.cross_site")
    opened = browser.ask("POST", "/sessions", signing_in)
    assert (opened.status_code, "token" in opened.text) == (201, False)
    first = dict(browser.jar)
    assert browser.ask("GET", "/me").json()["id"] == opened.json()["account_id"]

    resident.codes.enrol(resident.email, browser.ask("POST", "/me/authenticator").json()["secret"])
    raised = browser.ask("POST", "/me/authenticator/confirm", {"code": resident.codes.next(resident.email)})
    assert (raised.status_code, "token" in raised.text) == (200, False)
    assert browser.jar[MEMBER] != first[MEMBER]
    # What asks for a second factor within five minutes is open from the next request on.
    assert browser.ask("POST", "/me/recovery-codes").status_code == 201
    wait_for("the replaced cookie to be dead at the door", partial(browser.is_out, first))

    second = dict(browser.jar)
    assert browser.ask("DELETE", "/sessions/current").status_code == 204
    assert browser.jar[MEMBER] == '""'
    wait_for("the session to be over at the door", partial(browser.is_out, second))


def test_a_new_password_shuts_the_door_on_a_browser_elsewhere(resident: Resident, browser: Browser) -> None:
    assert browser.ask("POST", "/sessions", {"email": resident.email, "password": PASSWORD, "browser": True}).is_success
    assert browser.ask("GET", "/me").status_code == 200
    body = {"current": PASSWORD, "new": f"{PASSWORD} of another year"}
    assert resident.program.transport.answer("PUT", "/me/password", json=body).is_success
    wait_for("the browser to be out", partial(browser.is_out, dict(browser.jar)))
