"""How guessing is held off: waits that grow with each failure of a lane (NIST SP 800-63B-4 section 3.2.2)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Patience:
    """The first `free` failures cost nothing, each further one doubles the wait; after `most` in a day it is over."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    most: int

    def wait_after(self, failures: int) -> timedelta:
        """How long nobody may try in this lane after so many failures within a day."""
        beyond = failures - self.free
        if beyond <= 0:
            return timedelta(0)
        doublings: int = 2 ** min(beyond - 1, 30)
        return min(self.first_wait * doublings, self.longest_wait)


class Lane(StrEnum):
    """What failures are counted by. A device that signed in before has a lane of its own: strangers never fill it."""

    ACCOUNT = "account"
    DEVICE = "device"
    SOURCE = "source"
    CODE = "code"
    MAIL = "mail"


TWINS_WITHIN = timedelta(seconds=10)
"""The same guess again within this is a client that repeats itself, not somebody who guesses."""

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)

PATIENCE: dict[Lane, Patience] = {
    # security.md: at most 100 failures per account and day. Strangers, whoever holds a session and whoever holds a
    # known device have a part each; every further known device of the account has 20 of its own.
    Lane.ACCOUNT: Patience(free=5, first_wait=_SECOND, longest_wait=15 * _MINUTE, most=60),
    Lane.CODE: Patience(free=5, first_wait=_SECOND, longest_wait=15 * _MINUTE, most=20),
    Lane.DEVICE: Patience(free=5, first_wait=_SECOND, longest_wait=5 * _MINUTE, most=20),
    # Many people may share an address, behind a mobile provider or in an office, and come in together after an alert.
    Lane.SOURCE: Patience(free=200, first_wait=_SECOND, longest_wait=_MINUTE, most=5000),
    # Not guesses but mails that anybody may cause to be sent to a mailbox.
    Lane.MAIL: Patience(free=3, first_wait=5 * _MINUTE, longest_wait=60 * _MINUTE, most=1000),
}
