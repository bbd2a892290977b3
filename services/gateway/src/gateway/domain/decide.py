"""Pure decisions: which row a request matches, and whether whoever asks may go through it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.auth.principal import Assurance, Principal

from gateway.domain.errors import NoSuchRoute, NotForThisSession, RevocationsUnknown, SecondFactorNeeded
from gateway.domain.rows import Forbidden, Row, Who, who_is

_SEGMENT = r"[A-Za-z0-9_-]{1,64}"


@dataclass(frozen=True, slots=True)
class Match:
    """A row and what its path's placeholders stood for."""

    row: Row
    parameters: dict[str, str]


class MethodNotAllowed(Exception):
    """The path exists, with other methods."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self.allowed = allowed
        super().__init__()


class Matcher:
    """Finds the row of a request. A literal path wins over one with placeholders."""

    def __init__(self, rows: Sequence[Row]) -> None:
        ordered = sorted(rows, key=lambda row: (row.path.count("{"), row.path))
        self._rows = [(_pattern(row.path), row) for row in ordered]

    def match(self, method: str, path: str) -> Match:
        """NoSuchRoute where no row has the path, MethodNotAllowed where none of those has the method."""
        found = [(row, match) for pattern, row in self._rows if (match := pattern.fullmatch(path))]
        if not found:
            raise NoSuchRoute
        best = found[0][0].path
        same = [(row, match) for row, match in found if row.path == best]
        for row, match in same:
            if row.method == method:
                return Match(row, match.groupdict())
        raise MethodNotAllowed(sorted(row.method for row, _ in same))


class NotSignedIn(Exception):
    """The row is for somebody, and nobody asks."""


def decide(
    row: Row, forbidden: Sequence[Forbidden], principal: Principal | None, *, revocations_known: bool, now: datetime
) -> None:
    """Returns where the request may go on; raises the reason where not. Forbid rows come first and beat all."""
    who = who_is(principal)
    if any(rule.service == row.service and who in rule.who for rule in forbidden):
        raise NotForThisSession
    if who not in row.who:
        raise NotSignedIn if who is Who.PUBLIC else NotForThisSession
    if Who.PUBLIC in row.who or principal is None:
        return
    # security.md: staff, machines and second factors do not go by revocations that may be out of date.
    if not revocations_known and (not principal.is_member or row.second_factor_within is not None):
        raise RevocationsUnknown
    # P30: staff who came in with one factor may get themselves a second one, and nothing else.
    if principal.is_staff and principal.assurance is Assurance.ONE_FACTOR and not row.one_factor_suffices:
        raise SecondFactorNeeded
    if row.second_factor_within is not None:
        shown = principal.assurance is Assurance.TWO_FACTORS
        if not shown or now - principal.authenticated_at > row.second_factor_within:
            raise SecondFactorNeeded


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", rf"(?P<\1>{_SEGMENT})", path), re.ASCII)
