"""Codes of authenticator apps (RFC 6238), each taken once."""

import hmac
from datetime import datetime

import pyotp

from identity.domain.accounts import Authenticator
from identity.domain.errors import CodeRefused, NoAuthenticator
from identity.keyring import Keyring
from identity.storage.accounts import Authenticators

STEP_SECONDS = 30
WINDOW = (0, -1, 1)
ISSUER = "OurWatch"


def new_seed() -> str:
    """A fresh seed of 160 bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(seed: str, email: str) -> str:
    """The URI that an authenticator app reads from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=ISSUER)


async def take_code(
    authenticators: Authenticators, keyring: Keyring, authenticator: Authenticator | None, code: str, now: datetime
) -> None:
    """Uses a code up, one step early or late at most; CodeRefused when it is wrong or was used before."""
    if authenticator is None:
        raise NoAuthenticator
    seed = keyring.open(authenticator.account_id, authenticator.sealed_seed).decode()
    clock = int(now.timestamp()) // STEP_SECONDS
    for step in (clock + offset for offset in WINDOW):
        if hmac.compare_digest(pyotp.TOTP(seed).generate_otp(step), code):
            if await authenticators.take_step(authenticator.account_id, step):
                return
            break
    raise CodeRefused
