"""Which second factors an account has, and what may be changed about them (P30)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from identity.domain.errors import LastFactor, LastStrongFactor

# security.md "Sign-in": how long ago a second factor may have been shown by whoever changes one.
FRESH = timedelta(minutes=5)
# How long ago the password may have been shown by whoever adds the first factor, and a recovery code by whoever lost
# one and enrols again.
LATELY = timedelta(hours=1)
# How long the seed of an app waits for a code of it.
ENROLMENT_LIFE = timedelta(minutes=10)


class Shown(StrEnum):
    """What somebody showed as a second factor."""

    APP = "app"
    PASSKEY = "passkey"
    MAILED_CODE = "mailed_code"
    RECOVERY_CODE = "recovery_code"


@dataclass(frozen=True, slots=True)
class Factors:
    """What counts now: an authenticator app, passkeys, and for members codes by e-mail.

    Recovery codes are no factor of their own: they stand in for one that is lost.
    """

    app: bool = False
    passkeys: int = 0
    mailed_codes: bool = False
    recovery_codes_left: int = 0

    @property
    def any(self) -> bool:
        return self.app or self.passkeys > 0 or self.mailed_codes

    @property
    def strong(self) -> bool:
        """What staff must have: an app or a passkey."""
        return self.app or self.passkeys > 0


def check_what_is_left(left: Factors, *, works_as_staff: bool, password_is_long: bool) -> None:
    """Whether an account may go on with these factors.

    LastStrongFactor where staff, and members who are appointed, would have neither app nor passkey; LastFactor where
    the password is too short to stand alone.
    """
    if works_as_staff and not left.strong:
        raise LastStrongFactor
    if not left.any and not password_is_long:
        raise LastFactor
