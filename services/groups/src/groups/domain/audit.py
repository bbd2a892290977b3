"""What an entry of the audit is hashed over. The database makes entries (storage/tables/audit.py); this checks them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from groups.domain.marking_log import Break, Link


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something under a salt of 244 random bits. `plain` is the very text that was sealed."""

    salt: bytes
    plain: str

    @property
    def seal(self) -> bytes:
        return hashlib.sha256(self.salt + self.plain.encode()).digest()


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A change of one row. `content` and `actor` are None where they went with a person (P29), or nobody acted."""

    link: Link
    entered_at: datetime
    content_seal: bytes
    actor_seal: bytes | None
    content: Sealed | None
    actor: Sealed | None


def opened(salt: bytes | None, plain: str | UUID | None) -> Sealed | None:
    """What can still be opened of an entry."""
    return None if salt is None or plain is None else Sealed(salt, str(plain))


def digest_of(entry: AuditEntry) -> bytes:
    """SHA-256 over four lines: a fixed one, the moment in UTC to the microsecond, and both seals in hex."""
    actor = entry.actor_seal.hex() if entry.actor_seal else ""
    moment = entry.entered_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return hashlib.sha256(f"ourwatch audit entry\n{moment}\n{entry.content_seal.hex()}\n{actor}".encode()).digest()


def check_entry(entry: AuditEntry) -> Break | None:
    """Whether an entry says what was hashed, and what can be opened is what was sealed."""
    if digest_of(entry) != entry.link.digest:
        return Break(entry.link.number, "it was edited: it says something else than what was hashed")
    for sealed, seal in ((entry.content, entry.content_seal), (entry.actor, entry.actor_seal)):
        if sealed is not None and sealed.seal != seal:
            return Break(entry.link.number, "it was edited: its seal is over something or somebody else")
    return None
