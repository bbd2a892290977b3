"""Signs the end of a log, as the signing process itself reads it, if it goes on from what was signed before."""

from dataclasses import dataclass
from datetime import datetime

from shared.logging import get_logger
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from groups.domain.errors import LogIsBroken
from groups.domain.log_heads import AUDIT_TYP, TYP, sign_head_with
from groups.domain.marking_log import Head, Link, check_head, check_links
from groups.sign.log_key import log_key
from groups.sign.sealing import KeySeal
from groups.storage.tables import audit_entries, audit_heads, log_heads, marking_entries

log = get_logger("log_heads")


@dataclass(frozen=True, slots=True)
class Chain:
    """A log and its heads; `typ` keeps the heads of two logs apart."""

    entries: Table
    heads: Table
    typ: str


MARKINGS = Chain(marking_entries, log_heads, TYP)
AUDIT = Chain(audit_entries, audit_heads, AUDIT_TYP)


async def sign_head(engine: AsyncEngine, seal: KeySeal, chain: Chain, now: datetime) -> int | None:
    """The number of the newest head, signed now or before; None for an empty log.

    LogIsBroken, and nothing signed, where an entry since the last head does not follow the one before it, or the last
    head's own entry is another.
    """
    async with engine.begin() as connection:
        last = await _last_head(connection, chain)
        links = await _links_from(connection, chain, last.number if last else 0)
        known = check_head({link.number: link.hash for link in links}, last) if last else None
        new = [link for link in links if last is None or link.number > last.number]
        broken = known or check_links(new, _as_link(last) if last else None)
        if broken is not None:
            log.error("log_is_broken", log=chain.typ, number=broken.number, why=broken.why)
            raise LogIsBroken
        if not new:
            return last.number if last else None
        head = Head(new[-1].number, new[-1].hash)
        key = await log_key(connection, seal)
        row = {
            "number": head.number,
            "hash": head.hash,
            "statement": sign_head_with(key.private, key.kid, head, now, chain.typ),
            "signed_at": now,
        }
        await connection.execute(insert(chain.heads).values(row).on_conflict_do_nothing(index_elements=["number"]))
        return head.number


async def _last_head(connection: AsyncConnection, chain: Chain) -> Head | None:
    heads = chain.heads.c
    newest = select(heads.number, heads.hash).order_by(heads.number.desc()).limit(1)
    row = (await connection.execute(newest)).first()
    return None if row is None else Head(*row)


async def _links_from(connection: AsyncConnection, chain: Chain, number: int) -> list[Link]:
    entries = chain.entries.c
    link = select(entries.number, entries.digest, entries.previous_hash, entries.hash)
    query = link.where(entries.number >= number).order_by(entries.number)
    return [Link(*row) for row in await connection.execute(query)]


def _as_link(head: Head) -> Link:
    # Its digest was checked when the head was signed; what follows it needs its hash alone.
    return Link(head.number, b"", b"", head.hash)
