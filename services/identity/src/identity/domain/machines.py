"""Machine clients: a force's own software, and the keys that it shows who it is with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

Algorithm = Literal["EdDSA", "ES256", "RS256"]

# Two, so that a new key can be in use before the old one is retired.
MOST_LIVE_KEYS = 2
LONGEST_ASSERTION = timedelta(minutes=5)


class Scope(StrEnum):
    """What a police system may be there for."""

    SEND_ALERTS = "alerts.send"
    READ_MEMBERSHIPS = "memberships.read"
    READ_MARKINGS = "markings.read"


@dataclass
class MachineClient:
    """One system of one police organisation, with its scopes and areas (P5). A revoked one is over for good."""

    id: UUID
    organisation_id: UUID
    name: str
    scopes: list[str]
    areas: list[str]
    created_at: datetime
    created_by: UUID
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass
class MachineKey:
    """A public key of a client: its RFC 7638 thumbprint serves as `kid`, and it verifies by one algorithm alone."""

    id: UUID
    client_id: UUID
    kid: str
    algorithm: Algorithm
    added_at: datetime
    added_by: UUID
    jwk: dict[str, str] = field(default_factory=dict)
    last_used_at: datetime | None = None
    retired_at: datetime | None = None
