"""Which second factors an account has (P30)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Factors:
    """What counts now: an authenticator app, passkeys, and for members codes by e-mail."""

    app: bool = False
    passkeys: bool = False
    mailed_codes: bool = False

    @property
    def any(self) -> bool:
        return self.app or self.passkeys or self.mailed_codes

    @property
    def strong(self) -> bool:
        """What staff must have: an app or a passkey."""
        return self.app or self.passkeys
