"""What browsers keep and show: cookies go out in an answer's head, and come back as headers of the gateway's own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request, Response
from shared.auth.access import LIFE
from shared.auth.principal import Assurance, Plane
from shared.http.cookies import (
    DEVICE_COOKIE,
    DEVICE_HEADER,
    SAME_ORIGIN_HEADER,
    SESSION_COOKIES,
    SESSION_HEADERS,
    YES,
)
from shared.http.fields import Answer

from identity.domain.errors import CrossSite
from identity.use_cases.issue_tokens import InBrowser, Opened, Raised
from identity.use_cases.keep_in_browser import Browser, Cookie

# The longest that browsers keep anything (RFC 6265bis section 5.5).
DEVICE_LASTS = timedelta(days=400)


class Tokens(Answer):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    session_id: UUID
    account_id: UUID
    plane: Plane
    assurance: Assurance
    device_token: str | None = None


class BrowserSession(Answer):
    """For a page: nothing in it opens anything. The secrets stand in cookies that no script can read."""

    session_id: UUID
    account_id: UUID
    plane: Plane
    assurance: Assurance


class AccessToken(Answer):
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = int(LIFE.total_seconds())


class NewCookie(Answer):
    """In a browser's session, which goes on with the cookie of this answer."""

    plane: Plane


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks to sign in, as far as the gateway can tell."""

    shown: dict[Plane, str]
    device_token: str | None
    is_on_our_page: bool

    def browser(self, *, wanted: bool) -> Browser | None:
        """The browser that is to keep the session, if so wanted. CrossSite where another site's page wants it."""
        if wanted and not self.is_on_our_page:
            raise CrossSite
        return Browser(self.shown) if wanted else None

    def device(self, token: str | None, *, browser: Browser | None) -> str | None:
        """The device's secret: as it is sent, or as the browser keeps it."""
        return token or (self.device_token if browser is not None else None)


async def _visitor(request: Request) -> Visitor:
    # Said by the gateway alone, as is where somebody comes from.
    headers = request.headers
    shown = {plane: headers[name] for plane, name in SESSION_HEADERS.items() if name in headers}
    return Visitor(shown, headers.get(DEVICE_HEADER), headers.get(SAME_ORIGIN_HEADER) == YES)


Knocking = Annotated[Visitor, Depends(_visitor)]


def answer_opened(response: Response, opened: Opened) -> Tokens | BrowserSession:
    """The body for a session that has opened; a browser's secrets go into cookies."""
    if not isinstance(opened, InBrowser):
        return Tokens.model_validate(opened)
    keep(response, opened.cookie)
    if opened.device_token is not None:
        _set(response, DEVICE_COOKIE, opened.device_token, DEVICE_LASTS)
    return BrowserSession.model_validate(opened)


def answer_raised(response: Response, raised: Raised) -> AccessToken | NewCookie:
    """The body for a session in which a second factor was shown."""
    if isinstance(raised, str):
        return AccessToken(access_token=raised)
    keep(response, raised)
    return NewCookie(plane=raised.plane)


def forget(response: Response, plane: Plane | None) -> None:
    """Lets the browser forget the session that it kept on this plane, if there was one."""
    if plane is not None:
        _set(response, SESSION_COOKIES[plane], "", timedelta(0))


def keep(response: Response, cookie: Cookie) -> None:
    """Lets the browser keep this in place of what it kept on that plane."""
    _set(response, SESSION_COOKIES[cookie.plane], cookie.secret, cookie.lasts)


def _set(response: Response, name: str, value: str, lasts: timedelta | None) -> None:
    max_age = None if lasts is None else int(lasts.total_seconds())
    response.set_cookie(name, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="strict")
