"""The audit as a file: an entry a line in JSON, then a line for each signed head. Bytes are in hex."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from groups.domain.audit import AuditEntry, Sealed, check_entry
from groups.domain.exported_log import NotAnExport, Verdict, verify
from groups.domain.log_heads import AUDIT_TYP
from groups.domain.marking_log import Break, Link
from groups.domain.statements import Jwks


def verify_entries(entries: Iterable[AuditEntry], heads: Iterable[tuple[int, str]], jwks: Jwks) -> Verdict:
    """Whether entries follow one another, say what was hashed, and end where the signed heads promise."""
    links: list[Link] = []
    edited: Break | None = None
    for entry in entries:
        edited = edited or check_entry(entry)
        links.append(entry.link)
    return verify(links, heads, jwks, typ=AUDIT_TYP, edited=edited)


def verify_exported_audit(lines: Iterable[str], jwks: Jwks) -> Verdict:
    """The same of a file, with the public keys alone; NotAnExport for what is none."""
    try:
        said = [json.loads(line) for line in lines if line.strip()]
        entries = [_entry(each) for each in said if "digest" in each]
        heads = [(each["number"], each["statement"]) for each in said if "digest" not in each]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAnExport from error
    return verify_entries(entries, heads, jwks)


def entry_line(entry: AuditEntry) -> str:
    """An entry as it stands in the file."""
    said = {
        "number": entry.link.number,
        "digest": entry.link.digest.hex(),
        "previous_hash": entry.link.previous.hex(),
        "hash": entry.link.hash.hex(),
        "entered_at": entry.entered_at.isoformat(),
        "content_seal": entry.content_seal.hex(),
        "actor_seal": entry.actor_seal.hex() if entry.actor_seal else None,
        "content": _sealed_line(entry.content),
        "actor": _sealed_line(entry.actor),
    }
    return json.dumps(said)


def head_line(number: int, statement: str) -> str:
    """A signed head as it stands in the file."""
    return json.dumps({"number": number, "statement": statement})


def _entry(said: dict[str, Any]) -> AuditEntry:  # Any: JSON
    if type(said["number"]) is not int or said["number"] < 1:
        raise ValueError("an entry has no number")
    digest, previous, of_all = (bytes.fromhex(said[name]) for name in ("digest", "previous_hash", "hash"))
    return AuditEntry(
        Link(said["number"], digest, previous, of_all),
        datetime.fromisoformat(said["entered_at"]),
        bytes.fromhex(said["content_seal"]),
        bytes.fromhex(said["actor_seal"]) if said["actor_seal"] else None,
        _sealed(said["content"]),
        _sealed(said["actor"]),
    )


def _sealed(said: dict[str, str] | None) -> Sealed | None:
    return None if said is None else Sealed(bytes.fromhex(said["salt"]), said["plain"])


def _sealed_line(sealed: Sealed | None) -> dict[str, str] | None:
    return None if sealed is None else {"salt": sealed.salt.hex(), "plain": sealed.plain}
