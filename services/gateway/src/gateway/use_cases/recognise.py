"""Who asks, from the access token; remembered until it runs out or its session ends."""

from datetime import datetime

from shared.auth.access import read_access_token
from shared.auth.errors import BadToken
from shared.auth.keyfiles import Trust
from shared.auth.principal import Principal

from gateway.upstream.revocations import Revocations

MOST_REMEMBERED = 20_000


class Recognition:
    """Checks a token once and then only whether it still holds."""

    def __init__(self, trust: Trust, revocations: Revocations) -> None:
        self._trust = trust
        self._revocations = revocations
        self._known: dict[str, Principal] = {}

    def recognise(self, token: str, now: datetime) -> Principal:
        """The principal of a good token; BadToken for any other, and for a session that has ended."""
        principal = self._known.get(token)
        if principal is None or principal.token_expires_at <= now:
            self._known.pop(token, None)
            principal = read_access_token(token, self._trust, now)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[token] = principal
        if self._revocations.is_ended(principal.session_id):
            raise BadToken("session ended")
        return principal
