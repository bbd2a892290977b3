"""A browser is let in by its cookie, on one plane at a time, from our own pages, and no cookie goes any further."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from shared.auth.access import read_access_token
from shared.auth.principal import Plane, Principal, Role
from shared.clock import now
from shared.ids import new_id
from shared.testing.issuer import a_member, a_staff_member
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from services.gateway.tests.conftest import Door

MEMBER, STAFF = "__Host-ow-member", "__Host-ow-staff"
OURS = {"sec-fetch-site": "same-origin"}
REFUSED_ELSEWHERE = (403, "gateway.cross_site")
INTERNAL = {
    "ow-member-session": "forged",
    "ow-staff-session": "forged",
    "ow-device": "forged",
    "ow-same-origin": "yes",
    "ow-internal": "forged",
}


def an_officer() -> Principal:
    return a_staff_member(Role.POLICE, frozenset({"E09000030"}))


@dataclass
class Jar:
    """What a browser keeps, one session per plane."""

    door: Door
    member: Principal = field(default_factory=a_member)
    officer: Principal = field(default_factory=an_officer)
    kept: dict[str, str] = field(default_factory=dict)

    def keep(self, *names: str) -> dict[str, str]:
        """The header of a browser that is signed in so."""
        for name in names:
            self.kept[name] = secrets.token_urlsafe(32)
            plane, who = ("member", self.member) if name == MEMBER else ("staff", self.officer)
            self.door.upstream.sessions[plane, self.kept[name]] = who
        return {"cookie": "; ".join(f"{name}={self.kept[name]}" for name in self.kept)}

    def went_on_as(self) -> Principal:
        [seen] = self.door.upstream.seen
        token = (seen.header("authorization") or "").removeprefix("Bearer ")
        return read_access_token(token, self.door.issuer.trust, now())


@pytest.fixture
def jar(door: Door) -> Jar:
    return Jar(door)


@pytest.mark.parametrize("path", ["/me", "/staff/me"])
async def test_each_path_takes_the_cookie_of_its_plane(door: Door, jar: Jar, path: str) -> None:
    answer = await door.ask("GET", path, headers=jar.keep(MEMBER, STAFF) | OURS)
    assert answer.status_code == 200
    assert jar.went_on_as().session_id == (jar.officer if path == "/staff/me" else jar.member).session_id
    assert [each["plane"] for each in door.upstream.exchanges_asked] == ["staff" if path == "/staff/me" else "member"]


@pytest.mark.parametrize(("name", "path"), [(MEMBER, "/staff/me"), (STAFF, "/me")])
async def test_a_cookie_of_one_plane_opens_no_path_of_the_other(door: Door, jar: Jar, name: str, path: str) -> None:
    headers = jar.keep(name) | OURS
    assert (await door.ask("GET", path, headers=headers)).status_code == 401
    other = MEMBER if name == STAFF else STAFF
    headers["cookie"] = f"{other}={jar.kept[name]}"
    assert (await door.ask("GET", path, headers=headers)).status_code == 401
    assert not door.upstream.seen


async def test_even_a_crossed_exchange_opens_nothing(door: Door, jar: Jar) -> None:
    """The policy table reads the token that came back, not the cookie's name."""
    jar.officer = jar.member
    answer = await door.ask("GET", "/staff/me", headers=jar.keep(STAFF) | OURS)
    assert (answer.status_code, answer.json()["code"]) == (403, "gateway.not_for_this_session")


async def test_a_proof_is_asked_for_whoever_the_cookie_stands_for(door: Door, jar: Jar) -> None:
    answer = await door.ask("GET", f"/groups/{new_id()}/documents", headers=jar.keep(MEMBER) | OURS)
    assert answer.status_code == 200
    [asked] = door.upstream.passes_asked
    assert asked.header("cookie") is None
    assert (asked.header("authorization") or "").startswith("Bearer ey")


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/me", {"sec-fetch-site": "cross-site"}),
        ("GET", "/me", {"sec-fetch-site": "same-site"}),
        ("POST", "/me/erasure", {"sec-fetch-site": "cross-site", "origin": "http://ourwatch.test"}),
        ("POST", "/me/erasure", {"sec-fetch-site": "none"}),
        ("POST", "/me/erasure", {"origin": "http://evil.test"}),
        ("POST", "/me/erasure", {"origin": "null"}),
        ("POST", "/me/erasure", {}),
        ("DELETE", "/sessions/current", {}),
    ],
)
async def test_another_sites_page_gets_nowhere(
    door: Door, jar: Jar, method: str, path: str, told: dict[str, str]
) -> None:
    answer = await door.ask(method, path, headers=jar.keep(MEMBER) | told)
    assert (answer.status_code, answer.json()["code"]) == REFUSED_ELSEWHERE
    assert not door.upstream.seen
    assert not door.upstream.exchanges_asked


async def test_another_sites_page_writes_no_look_into_a_ledger(door: Door, jar: Jar) -> None:
    path = f"/staff/groups/{new_id()}/memberships/{new_id()}/contact?purpose=x"
    answer = await door.ask("GET", path, headers=jar.keep(STAFF) | {"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == REFUSED_ELSEWHERE
    assert not door.upstream.seen


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("POST", "/me/erasure", OURS),
        ("GET", "/me", {"sec-fetch-site": "none"}),
        ("POST", "/me/erasure", {"origin": "http://ourwatch.test"}),
        ("GET", "/me", {}),
    ],
)
async def test_our_own_pages_get_in_also_in_browsers_that_say_less(
    door: Door, jar: Jar, method: str, path: str, told: dict[str, str]
) -> None:
    answer = await door.ask(method, path, headers=jar.keep(MEMBER) | told)
    assert answer.status_code == 200
    assert jar.went_on_as().id == jar.member.id


async def test_a_program_is_who_its_authorization_says_whatever_its_jar_holds(door: Door, jar: Jar) -> None:
    other = a_member()
    answer = await door.ask("POST", "/me/erasure", other, headers=jar.keep(MEMBER))
    assert answer.status_code == 200
    assert jar.went_on_as().id == other.id
    assert not door.upstream.exchanges_asked
    bad = jar.keep(MEMBER) | OURS | {"authorization": "Bearer none"}
    assert (await door.ask("GET", "/me", headers=bad)).status_code == 401


async def test_one_exchange_serves_many_requests(door: Door, jar: Jar) -> None:
    headers = jar.keep(MEMBER) | OURS
    for _ in range(5):
        assert (await door.ask("GET", "/me", headers=headers)).status_code == 200
    assert len(door.upstream.exchanges_asked) == 1


async def test_twenty_requests_of_one_page_all_work(door: Door, jar: Jar) -> None:
    headers = jar.keep(MEMBER) | OURS
    answers = await asyncio.gather(*(door.ask("GET", "/me", headers=headers) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_session_that_ended_is_out_at_the_next_poll_also_where_its_token_is_remembered(
    door: Door, jar: Jar
) -> None:
    headers = jar.keep(MEMBER, STAFF) | OURS
    for path, who in (("/me", jar.member), ("/staff/me", jar.officer)):
        assert (await door.ask("GET", path, headers=headers)).status_code == 200
        door.upstream.ended.add(who.session_id)
        await door.polled()
        assert (await door.ask("GET", path, headers=headers)).status_code == 401


async def test_a_cookie_that_was_replaced_is_out_at_the_next_poll_and_its_successor_in(door: Door, jar: Jar) -> None:
    old = jar.keep(MEMBER) | OURS
    assert (await door.ask("GET", "/me", headers=old)).status_code == 200
    door.upstream.replaced.add(hashlib.sha256(jar.kept[MEMBER].encode()).hexdigest())
    await door.polled()
    new = jar.keep(MEMBER) | OURS
    assert (await door.ask("GET", "/me", headers=old)).status_code == 401
    assert (await door.ask("GET", "/me", headers=new)).status_code == 200


async def test_a_token_is_not_remembered_to_its_very_end(door: Door, jar: Jar) -> None:
    """It must outlive the wait for a body."""
    sessions = door.resources.entrance._admission._browser_sessions
    jar.keep(MEMBER)
    begun = now()
    for ahead, asked in ((0, 1), (200, 1), (270, 2)):
        assert await sessions.access_token(jar.kept[MEMBER], Plane.MEMBER, begun + timedelta(seconds=ahead))
        assert len(door.upstream.exchanges_asked) == asked


async def test_where_identity_is_away_a_browser_is_asked_to_come_back(door: Door, jar: Jar) -> None:
    headers = jar.keep(MEMBER) | OURS
    door.upstream.exchange_status = 503
    answer = await door.ask("GET", "/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway.service_unreachable")
    assert answer.headers["retry-after"] == "2"
    assert "set-cookie" not in answer.headers
    door.upstream.exchange_status = 200
    assert (await door.ask("GET", "/me", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", ["/areas", "/keys"])
async def test_an_old_cookie_bars_nobody_from_what_is_open_to_everybody(door: Door, path: str) -> None:
    headers = {"cookie": f"{MEMBER}={'x' * 43}; {STAFF}={'y' * 43}", "sec-fetch-site": "cross-site"}
    assert (await door.ask("GET", path, headers=headers)).status_code == 200
    assert not door.upstream.exchanges_asked


async def test_a_browser_of_staff_opens_no_release_link(door: Door, jar: Jar) -> None:
    """P2: nor does it beside a member's bearer; once the staff session is over it may."""
    released, headers = f"/releases/{new_id()}", jar.keep(MEMBER, STAFF) | OURS
    for method, path, who in (
        ("GET", released, None),
        ("POST", f"{released}/download", None),
        ("GET", released, a_member()),
    ):
        refused = await door.ask(method, path, who, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "gateway.not_for_this_session")
    assert not door.upstream.seen
    door.upstream.ended.add(jar.officer.session_id)
    await door.polled()
    assert (await door.ask("GET", released, headers=headers)).status_code == 200
    unknown = {"cookie": f"{STAFF}={'y' * 43}; {MEMBER}={jar.kept[MEMBER]}"}
    assert (await door.ask("GET", released, headers=unknown)).status_code == 200
    door.upstream.exchange_status = 503
    assert (await door.ask("GET", released, headers=Jar(door).keep(STAFF))).status_code == 503


async def test_cookies_and_words_about_them_from_outside_reach_no_service(door: Door, jar: Jar) -> None:
    for method, path in (
        ("GET", "/me"), ("GET", "/areas"), ("POST", "/sessions/refresh"), ("GET", f"/groups/{new_id()}/documents"),
        ("POST", "/sessions"), ("POST", "/me/erasure"),
    ):  # fmt: skip
        door.upstream.seen.clear()
        # Cross-site where no cookie signs anybody in, so that what identity is told is not so by our own word.
        where = {"sec-fetch-site": "cross-site"} if path == "/sessions" else OURS
        headers = {**INTERNAL, **jar.keep(MEMBER), **where}
        assert (await door.ask(method, path, headers=headers)).status_code == 200
        [seen] = door.upstream.seen
        assert "forged" not in [value for _, value in seen.headers], path
        arrived = {name for name, _ in seen.headers}
        told = {"ow-member-session"} if path == "/sessions" else set[str]()
        assert arrived & {"cookie", *INTERNAL} == {"ow-internal", *told}, path


async def test_identity_is_told_of_cookies_where_a_session_opens(door: Door, jar: Jar) -> None:
    headers, device = jar.keep(MEMBER, STAFF) | OURS, secrets.token_urlsafe(32)
    headers["cookie"] += f"; __Host-ow-device={device}; other=1"
    assert (await door.ask("POST", "/sessions", headers=headers)).status_code == 200
    [seen] = door.upstream.seen
    told = [seen.header(name) for name in ("ow-member-session", "ow-staff-session", "ow-device", "ow-same-origin")]
    assert told == [jar.kept[MEMBER], jar.kept[STAFF], device, "yes"]
    assert not door.upstream.exchanges_asked


async def test_only_identitys_own_cookies_of_ours_come_back(door: Door, jar: Jar) -> None:
    async def sets_cookies(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        answer = JSONResponse({})
        for name in ("__Host-ow-member", "other", "__Host-ow-device"):
            answer.headers.append("set-cookie", f"{name}=x; Path=/; Secure")
        await answer(scope, receive, send)

    door.upstream.answer = sets_cookies
    names = {}
    for path in ("/me", "/areas"):
        cookies = (await door.ask("GET", path, headers=jar.keep(MEMBER) | OURS)).headers.get_list("set-cookie")
        names[path] = [each.partition("=")[0] for each in cookies]
    assert names == {"/me": ["__Host-ow-member", "__Host-ow-device"], "/areas": []}


async def test_nobody_on_the_way_keeps_what_was_asked_by_cookie(door: Door, jar: Jar) -> None:
    async def cacheable(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({}, headers={"cache-control": "max-age=60"})(scope, receive, send)

    door.upstream.answer = cacheable
    by_cookie = await door.ask("GET", "/me", headers=jar.keep(MEMBER) | OURS)
    assert by_cookie.headers.get_list("cache-control") == ["no-store"]
    assert (await door.ask("GET", "/areas")).headers["cache-control"] == "max-age=60"


async def test_cookies_that_can_be_read_in_two_ways_are_refused(door: Door, jar: Jar) -> None:
    cookie = jar.keep(MEMBER)["cookie"]
    for head in (
        f"Cookie: {cookie}; {MEMBER}={'x' * 43}",
        f"Cookie: {cookie}\r\nCookie: a=b",
        f"Cookie: {cookie}; a={'x' * 9000}",
        f"Cookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
        f"Cookie: {cookie}\r\nOrigin: http://ourwatch.test\r\nOrigin: http://evil.test",
    ):
        answer = await door.raw(f"GET /me HTTP/1.1\r\nHost: a\r\n{head}\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 400 "), head[:80]
    assert not door.upstream.seen
    assert not door.upstream.exchanges_asked


async def test_no_secret_and_no_token_stands_in_a_refusal_or_in_the_log(
    door: Door, jar: Jar, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = jar.keep(MEMBER) | OURS
    door.upstream.exchange_status = 500
    told = (await door.ask("GET", "/me", headers=headers)).text
    door.upstream.exchange_status = 200
    told += (await door.ask("GET", "/me", headers=headers)).text
    token = door.upstream.seen[-1].header("authorization") or "none"
    told += "".join(capfd.readouterr())
    assert jar.kept[MEMBER] not in told
    assert token.removeprefix("Bearer ") not in told
