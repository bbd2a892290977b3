"""The audit in the database: reading it back, and taking a person out of it. What enters it is the database's own."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.audit import AuditEntry, opened
from groups.domain.marking_log import Link
from groups.storage.marking_log import SignedHead
from groups.storage.tables import audit_actors, audit_contents, audit_entries, audit_heads

_SAY_WHO = text("SELECT set_config('ourwatch.actor', :actor, true), set_config('ourwatch.act', :act, true)")


def saying_who(actor: UUID | None, act: str) -> Callable[[AsyncSession], Awaitable[None]]:
    """Opens a transaction by saying who acts, and what they do, for the entries that it will make."""

    async def say(session: AsyncSession) -> None:
        await session.execute(_SAY_WHO, {"actor": str(actor) if actor else "", "act": act})

    return say


async def read_audit(session: AsyncSession, *, after: int, limit: int) -> Sequence[AuditEntry]:
    """Entries in order, with what of them can still be opened."""
    columns = ("number", "digest", "previous_hash", "hash", "entered_at", "content_seal", "actor_seal")
    query = (
        select(
            *(audit_entries.c[name] for name in columns),
            audit_contents.c.salt,
            audit_contents.c.content,
            audit_actors.c.salt,
            audit_actors.c.actor,
        )
        .outerjoin_from(audit_entries, audit_contents, audit_contents.c.number == audit_entries.c.number)
        .outerjoin(audit_actors, audit_actors.c.number == audit_entries.c.number)
        .where(audit_entries.c.number > after)
    )
    rows = await session.execute(query.order_by(audit_entries.c.number).limit(limit))
    return [AuditEntry(Link(*row[:4]), *row[4:7], content=opened(*row[7:9]), actor=opened(*row[9:11])) for row in rows]


async def read_audit_heads(session: AsyncSession) -> Sequence[SignedHead]:
    """All signed heads, in order."""
    query = select(audit_heads.c.number, audit_heads.c.hash, audit_heads.c.statement).order_by(audit_heads.c.number)
    return [SignedHead(*row) for row in await session.execute(query)]


async def remove_from_audit(session: AsyncSession, person_id: UUID) -> None:
    """The salts of what tells of the person or was done by them, with what those sealed: the entries stay (P29)."""
    await session.execute(delete(audit_contents).where(audit_contents.c.ids.contains([person_id])))
    await session.execute(delete(audit_actors).where(audit_actors.c.actor == person_id))
