"""Whoever runs groups verifies the audit where it lies, or writes it to a file (`./ourwatch audit`)."""

from collections.abc import AsyncIterator
from typing import TextIO

from shared.db.unit_of_work import UnitOfWork

from groups.domain.audit import AuditEntry
from groups.domain.exported_audit import entry_line, head_line, verify_entries
from groups.domain.exported_log import Verdict
from groups.storage.audit import read_audit, read_audit_heads
from groups.storage.marking_keys import read_jwks

AT_ONCE = 1000


async def verify_audit(uow: UnitOfWork) -> Verdict:
    """Links, signed heads, and that every entry says what was hashed."""
    async with uow:
        entries = [entry async for entry in _entries(uow)]
        heads = [(head.number, head.statement) for head in await read_audit_heads(uow.session)]
        return verify_entries(entries, heads, await read_jwks(uow.session))


async def export_audit(uow: UnitOfWork, file: TextIO) -> int:
    """Writes every entry in order, then the signed heads; how many entries."""
    written = 0
    async with uow:
        async for entry in _entries(uow):
            print(entry_line(entry), file=file)
            written += 1
        for head in await read_audit_heads(uow.session):
            print(head_line(head.number, head.statement), file=file)
    return written


async def _entries(uow: UnitOfWork) -> AsyncIterator[AuditEntry]:
    last = 0
    while page := await read_audit(uow.session, after=last, limit=AT_ONCE):
        for entry in page:
            yield entry
        last = page[-1].link.number
