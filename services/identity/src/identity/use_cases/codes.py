"""Codes of authenticator apps (RFC 6238), and the codes that people keep on paper."""

import base64
import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
import segno

from identity.keyring import Keyring

STEP_SECONDS = 30
WINDOW = (0, -1, 1)
ISSUER = "OurWatch"

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_GROUP = 4
_SEPARATORS = re.compile(r"[- ]")


def new_seed() -> str:
    """A fresh seed of 160 bits in base32."""
    return pyotp.random_base32()


def provisioning_uri(seed: str, email: str) -> str:
    """The URI that an authenticator app reads from a QR code."""
    return str(pyotp.TOTP(seed).provisioning_uri(name=email, issuer_name=ISSUER))


def qr_svg(uri: str) -> str:
    """The QR code of a URI as an SVG element, without script or style, and light on dark pages too."""
    return segno.make(uri, error="m", micro=False).svg_inline(
        scale=4, light="#fff", title="QR code for an authenticator app"
    )


def step_of(keyring: Keyring, account_id: UUID, sealed_seed: bytes, code: str, now: datetime) -> int | None:
    """The time step whose code this is, one step early or late at most; None where it is no code of this seed."""
    seed = pyotp.TOTP(keyring.open(account_id, sealed_seed).decode())
    clock = int(now.timestamp()) // STEP_SECONDS
    for step in (clock + offset for offset in WINDOW):
        if hmac.compare_digest(seed.generate_otp(step), code):
            return step
    return None


def new_recovery_code() -> str:
    """A fresh code of 80 bits in base32, in four groups to be read and typed."""
    text = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def recovery_digest(keyring: Keyring, account_id: UUID, code: str) -> bytes:
    """What is kept of a recovery code, however its groups and letters were typed."""
    return keyring.code_digest(account_id, "recovery", _SEPARATORS.sub("", code).upper())


def new_mailed_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**6):06d}"


def mailed_digest(keyring: Keyring, account_id: UUID, code: str) -> bytes:
    """What is kept of a mailed code."""
    return keyring.code_digest(account_id, "mailed", code)
