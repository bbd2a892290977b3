"""The log of markings in the database: adding to it, and reading it back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.marking_log import SALT_BYTES, Fields, Link, digest_of, link_after, seal_of
from groups.storage.markings import MarkingEntry, entries_with
from groups.storage.tables import log_heads, marker_salts, marking_details, marking_entries

# Two numbers, so that no other lock of this database (each one number) is ever the same.
_HOLD = text("SELECT pg_advisory_xact_lock(7, 1)")
_LINK = [marking_entries.c[name] for name in ("number", "digest", "previous_hash", "hash")]
_DETAILS = {"statement", "reason"}


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head of the log, signed by the log's own key."""

    number: int
    hash: bytes
    statement: str


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """An entry with its place in the log. `salt` is None where what it opened is gone with a person (P29)."""

    link: Link
    entry: MarkingEntry
    about_seal: bytes
    marker_seal: bytes
    salt: bytes | None

    @property
    def fields(self) -> Fields:
        return entry_fields(self.entry, about_seal=self.about_seal, marker_seal=self.marker_seal)

    @property
    def about(self) -> Fields:
        return about_fields(self.entry.subject_id, self.entry.statement, self.entry.reason)

    @property
    def opened(self) -> tuple[bytes, Fields] | None:
        """The salt with what it sealed."""
        return None if self.salt is None else (self.salt, self.about)


def about_fields(subject_id: UUID, statement: str | None, reason: str | None) -> Fields:
    """What `about_seal` seals."""
    return {"subject": str(subject_id), "statement": statement, "reason": reason}


def marker_fields(staff_id: UUID) -> Fields:
    """What `marker_seal` seals."""
    return {"staff": str(staff_id)}


def entry_fields(entry: MarkingEntry, *, about_seal: bytes, marker_seal: bytes) -> Fields:
    """What the digest of an entry is over. Times are in UTC, to the microsecond."""
    return {
        "form": 1,
        "marking": str(entry.marking_id),
        "entry": entry.entry.value,
        "group": str(entry.group_id),
        "subject_kind": entry.subject_kind.value,
        "authority": entry.authority.value,
        "organisation": str(entry.organisation_id),
        "entered_at": entry.entered_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "expires_at": entry.expires_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "declared_membership": entry.declared_membership,
        "declared_household": entry.declared_household,
        "about": about_seal.hex(),
        "marker": marker_seal.hex(),
    }


async def add_entries(session: AsyncSession, entries: Sequence[MarkingEntry]) -> None:
    """Adds to the end of the log, which stays locked until the transaction ends: nothing is locked after it."""
    await session.execute(_HOLD)
    # A statement of its own, after the lock: it sees what whoever held it has committed.
    row = (await session.execute(select(*_LINK).order_by(marking_entries.c.number.desc()).limit(1))).first()
    last = None if row is None else Link(*row)
    for entry in entries:
        last = await _add(session, entry, last)


async def _add(session: AsyncSession, entry: MarkingEntry, last: Link | None) -> Link:
    salt, marker_salt = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(SALT_BYTES)
    about_seal = seal_of(salt, about_fields(entry.subject_id, entry.statement, entry.reason))
    marker_seal = seal_of(marker_salt, marker_fields(entry.staff_id))
    link = link_after(last, digest_of(entry_fields(entry, about_seal=about_seal, marker_seal=marker_seal)))
    said = {name: getattr(entry, name) for name in MarkingEntry.__dataclass_fields__ if name not in _DETAILS}
    hashed = {"number": link.number, "digest": link.digest, "previous_hash": link.previous, "hash": link.hash}
    seals = {"about_seal": about_seal, "marker_seal": marker_seal}
    await session.execute(insert(marking_entries).values(said | hashed | seals))
    details = {"number": link.number, "salt": salt, "statement": entry.statement, "reason": entry.reason}
    await session.execute(insert(marking_details).values(details))
    await session.execute(insert(marker_salts).values(number=link.number, salt=marker_salt))
    return link


async def read_links(session: AsyncSession, *, after: int, limit: int) -> Sequence[Link]:
    """The log as the public sees it: numbers and hashes, in order."""
    query = select(*_LINK).where(marking_entries.c.number > after).order_by(marking_entries.c.number).limit(limit)
    return [Link(*row) for row in await session.execute(query)]


async def read_heads(session: AsyncSession, *, after: int, until: int) -> Sequence[SignedHead]:
    """The signed heads of these numbers, in order."""
    heads = select(log_heads.c.number, log_heads.c.hash, log_heads.c.statement)
    query = heads.where(log_heads.c.number > after, log_heads.c.number <= until).order_by(log_heads.c.number)
    return [SignedHead(*row) for row in await session.execute(query)]


async def read_entries(
    session: AsyncSession, *, group_id: UUID | None = None, after: int = 0, limit: int
) -> Sequence[LoggedEntry]:
    """Entries in order with all that their hashes are over; with `group_id` those about one group and its people."""
    query = entries_with(*_LINK, marking_entries.c.about_seal, marking_entries.c.marker_seal, marking_details.c.salt)
    query = query.where(marking_entries.c.number > after)
    if group_id is not None:
        query = query.where(marking_entries.c.group_id == group_id)
    rows = await session.execute(query.order_by(marking_entries.c.number).limit(limit))
    return [LoggedEntry(Link(*row[-7:-3]), MarkingEntry(*row[:-7]), *row[-3:]) for row in rows]
