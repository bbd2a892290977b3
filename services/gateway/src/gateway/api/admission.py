"""Whether a request may come in, and as whom: by its access token, or by what a browser keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.auth.errors import BadToken
from shared.auth.principal import Plane
from shared.clock import now
from shared.http.cookies import SAME_ORIGIN_HEADER, SESSION_COOKIES, YES
from starlette.datastructures import Headers
from starlette.types import Scope

from gateway.domain.canonical import check_headers, check_target
from gateway.domain.cookies import bars_staff, our_cookies, plane_of, told_to_identity
from gateway.domain.decide import Match, Matcher, decide
from gateway.domain.errors import CrossSite
from gateway.domain.policy import FORBIDDEN, ROWS
from gateway.domain.rows import Row, Who
from gateway.domain.same_origin import is_same_origin
from gateway.upstream.body import check_length
from gateway.upstream.browser_sessions import BrowserSessions
from gateway.upstream.revocations import Revocations
from gateway.use_cases.recognise import Recognition


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a request goes on with. `told` are headers of our own for its service."""

    match: Match
    access_token: str | None
    by_cookie: bool
    told: Mapping[str, str]


class Admission:
    """Reads the policy table for one request after another."""

    def __init__(
        self, recognition: Recognition, browser_sessions: BrowserSessions, revocations: Revocations, our_origin: str
    ) -> None:
        self._recognition = recognition
        self._browser_sessions = browser_sessions
        self._revocations = revocations
        self._our_origin = our_origin
        self._matcher = Matcher(ROWS)

    async def admit(self, scope: Scope, headers: Headers) -> Admitted:
        """Raises why not: what `_told` of the entrance lists."""
        check_target(scope["http_version"], scope["raw_path"], scope["query_string"])
        check_headers(scope["headers"])
        match = self._matcher.match(scope["method"], scope["path"])
        row, moment = match.row, now()
        cookies = our_cookies(headers.get("cookie"))
        fetch_site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        is_our_page = is_same_origin(row.method, fetch_site, origin, self._our_origin)
        token, is_open = bearer(headers), Who.PUBLIC in row.who
        # A program says who it is by `Authorization`; what its cookie jar holds beside that must not change it.
        secret = cookies.get(SESSION_COOKIES[plane_of(row)]) if token is None and not is_open else None
        if secret is not None:
            if not is_our_page:
                raise CrossSite
            token = await self._browser_sessions.access_token(secret, plane_of(row), moment)
        self._decide(row, token, moment)
        if bars_staff(row, FORBIDDEN):
            await self._refuse_staff(row, cookies, moment)
        check_length(row, headers)
        told = told_to_identity(cookies) if row.opens_session else {}
        if row.opens_session and is_our_page:
            told[SAME_ORIGIN_HEADER] = YES
        return Admitted(match, None if is_open else token, secret is not None, told)

    def _decide(self, row: Row, token: str | None, moment: datetime) -> None:
        principal = self._recognition.recognise(token, moment) if token is not None else None
        decide(row, FORBIDDEN, principal, revocations_known=self._revocations.are_known, now=moment)

    async def _refuse_staff(self, row: Row, cookies: Mapping[str, str], moment: datetime) -> None:
        secret = cookies.get(SESSION_COOKIES[Plane.STAFF])
        token = await self._browser_sessions.access_token(secret, Plane.STAFF, moment) if secret is not None else None
        try:
            self._decide(row, token, moment)
        except BadToken:
            # Its session is over. What a browser still keeps of it bars nobody from what is open to everybody.
            return


def bearer(headers: Headers) -> str | None:
    """The token of `Authorization`, None without one; BadToken for any other scheme."""
    authorization = headers.get("authorization")
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise BadToken("scheme")
    return token
