"""What became of a message, and the table that reads refusals as outcomes."""

from dataclasses import dataclass
from datetime import timedelta

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable


@dataclass(frozen=True, slots=True)
class Done:
    """Handled, or handled before."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now; again after at least this long."""

    after: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Reject:
    """Never; the message goes to the dead-letter queue with this reason."""

    reason: str


Outcome = Done | Retry | Reject

# NotFound and Conflict are retried: events come in any order, and what is missing may be on its way.
_OUTCOME_OF: dict[type[Refusal], Outcome] = {
    NotFound: Retry(),
    Conflict: Retry(),
    Unavailable: Retry(timedelta(seconds=5)),
    Forbidden: Reject("forbidden"),
    Invalid: Reject("invalid"),
}


def outcome_of(error: BaseException) -> Outcome:
    """How a failed message goes on. An unknown error is a Retry, never an acknowledgement."""
    for kind, outcome in _OUTCOME_OF.items():
        if isinstance(error, kind):
            return outcome
    return Retry(timedelta(seconds=5))
