"""Whoever runs groups verifies the log that the database holds: links, signed heads, and what the entries say."""

from shared.db.unit_of_work import UnitOfWork

from groups.domain.exported_log import Verdict, verify
from groups.domain.marking_log import Break, Link, check_entry
from groups.storage.marking_keys import read_jwks
from groups.storage.marking_log import read_entries, read_heads

AT_ONCE = 1000
_EVERY_NUMBER = 2**63 - 1


async def verify_log(uow: UnitOfWork) -> Verdict:
    """As for an exported log; besides, every entry says what was hashed, and every seal that can be opened fits."""
    links: list[Link] = []
    edited: Break | None = None
    async with uow:
        while page := await read_entries(uow.session, after=links[-1].number if links else 0, limit=AT_ONCE):
            for logged in page:
                edited = edited or check_entry(logged.link, logged.fields, logged.opened)
                links.append(logged.link)
        heads = await read_heads(uow.session, after=0, until=_EVERY_NUMBER)
        signed = [(head.number, head.statement) for head in heads]
        return verify(links, signed, await read_jwks(uow.session), edited=edited)
