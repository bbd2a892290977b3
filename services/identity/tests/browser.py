"""A browser as identity sees it through the gateway: what it keeps comes as headers, what it is to keep as cookies."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from shared.http.cookies import DEVICE_COOKIE, DEVICE_HEADER, SAME_ORIGIN_HEADER, SESSION_COOKIES, SESSION_HEADERS, YES
from shared.testing.issuer import Issuer

from services.identity.tests.conftest import PASSWORD, People, Person
from services.identity.tests.second_factors import said_by

MEMBER, STAFF = SESSION_COOKIES.values()
HEADER_OF = dict(zip(SESSION_COOKIES.values(), SESSION_HEADERS.values(), strict=True)) | {DEVICE_COOKIE: DEVICE_HEADER}
_SET = re.compile(
    r"(?P<name>[\w-]+)=(?P<value>[\w-]{43}|\"\"); HttpOnly;(?: Max-Age=\d+;)? Path=/; SameSite=strict; Secure"
)


@dataclass
class Browser:
    """Keeps cookies and shows them again."""

    people: People
    jar: dict[str, str] = field(default_factory=dict)

    def takes(self, answer: httpx.Response) -> httpx.Response:
        for line in answer.headers.get_list("set-cookie"):
            told = _SET.fullmatch(re.sub(r" expires=[^;]+;", "", line))
            assert told is not None, line
            if told["value"] == '""':
                self.jar.pop(told["name"], None)
            else:
                self.jar[told["name"]] = told["value"]
        return answer

    @property
    def told(self) -> dict[str, str]:
        """What the gateway says of a request by one of our pages."""
        return {SAME_ORIGIN_HEADER: YES} | {HEADER_OF[name]: value for name, value in self.jar.items()}

    async def post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> httpx.Response:
        answer = await self.people.client.post(path, json=body, headers=self.told | (headers or {}))
        return self.takes(answer)

    async def sign_in(self, person: Person, *, code: bool = True, **more: object) -> httpx.Response:
        body = {"email": person.email, "password": PASSWORD, "browser": True, **more}
        if person.seed and code:
            body["code"] = await self.people.fresh_code(person)
        return await self.post("/sessions", body)

    async def bearer(self, cookie: str = MEMBER) -> dict[str, str]:
        """What the gateway makes of a cookie."""
        answer = await exchange(self.people, self.jar[cookie], cookie)
        assert answer.status_code == 200, answer.text
        return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def exchange(people: People, secret: str, cookie: str = MEMBER) -> httpx.Response:
    """What the gateway asks of identity for a cookie."""
    plane = "member" if cookie == MEMBER else "staff"
    return await people.client.post("/internal/browser-sessions", json={"secret": secret, "plane": plane})


async def is_dead(people: People, secret: str, cookie: str = MEMBER) -> bool:
    answer = await exchange(people, secret, cookie)
    assert answer.status_code == 200 or answer.json()["code"] == "identity.no_browser_session", answer.text
    return answer.status_code == 404


async def assurance_of(people: People, issuer: Issuer, secret: str, cookie: str = MEMBER) -> str:
    return said_by(await exchange(people, secret, cookie), issuer).assurance.value
