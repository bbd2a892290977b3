"""Accepts a send: its row, whom it is for, its chunks, and one event for each of those, in one transaction (P28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from shared.contracts.messaging import ChunkReady
from shared.db.unit_of_work import UnitOfWork
from shared.ids import timeless_id
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.chunks import ranges
from messaging.domain.sends import SendKind
from messaging.storage.audience_sql import AudienceQuery
from messaging.storage.known import areas_within
from messaging.storage.tables import deliveries, recalls, send_parts, sends

AT_ONCE: Final = 5000
"""Up to so many mailboxes are written down when the send is accepted; of more, each chunk's when its turn comes."""

ANNOUNCED_AGAIN_AFTER: Final = "interval '5 minutes'"
"""How long the broker's own copy of a chunk is relied on before it is announced again."""

_COUNT = "SELECT count(DISTINCT tag) FROM ({everybody}) AS everybody"
_EXPAND = """
    INSERT INTO deliveries (send_id, tag, area, contact_id, recipient_ref, due_at)
    SELECT :send_id, tag, min(area), :contact_id, CASE WHEN :refs THEN gen_random_uuid() END,
           now() + make_interval(secs => :after)
    FROM ({everybody}) AS everybody GROUP BY tag
    ON CONFLICT DO NOTHING
"""
_IN_RANGE = "c.tag >= :from_tag AND (CAST(:below_tag AS bytea) IS NULL OR c.tag < :below_tag)"
_CHUNKS = text(
    f"""
    INSERT INTO chunks (id, send_id, place, from_tag, below_tag, due_at, expanded_at)
    SELECT id, :send_id, place - 1, from_tag, below_tag, now() + {ANNOUNCED_AGAIN_AFTER},
           CASE WHEN :expanded THEN now() END
    FROM unnest(CAST(:ids AS uuid[]), CAST(:starts AS bytea[]), CAST(:ends AS bytea[]))
        WITH ORDINALITY AS o (id, from_tag, below_tag, place)
    """  # noqa: S608 - a constant of ours
)
_HOLD_CHUNK = text("SELECT from_tag, below_tag FROM chunks WHERE id = :id AND expanded_at IS NULL FOR UPDATE")
_EXPANDED = text("UPDATE chunks SET expanded_at = now() WHERE id = :id")
_REFS = select(deliveries.c.recipient_ref).order_by(deliveries.c.recipient_ref)


class Accepted(NamedTuple):
    """A send that was accepted: to how many mailboxes, and in which chunks."""

    mailboxes: int
    chunk_ids: Sequence[UUID]


async def add_send(
    uow: UnitOfWork,
    *,
    send_id: UUID,
    kind: SendKind,
    group_id: UUID | None,
    audience: Audience,
    now: datetime,
    **about: UUID | datetime | str | int | None,
) -> bool:
    """Whether the send is new: of a release there is one, however often it is told."""
    row = {"id": send_id, "kind": kind.value, "group_id": group_id, "accepted_at": now, **about}
    added = upsert(sends).values(row).on_conflict_do_nothing().returning(sends.c.id)
    if (await uow.session.execute(added)).first() is None:
        return False
    if not (audience.include or audience.exclude):
        return True
    parts = [*((part, False) for part in audience.include), *((part, True) for part in audience.exclude)]
    await uow.session.execute(
        insert(send_parts),
        [
            {
                "send_id": send_id,
                "place": place,
                "is_excluded": is_excluded,
                "kind": part.kind.value,
                "ref": part.ref,
                "group_id": part.group_id,
                "code": part.code,
            }
            for place, (part, is_excluded) in enumerate(parts)
        ],
    )
    return True


async def chosen_for(session: AsyncSession, send_id: UUID, organisation_id: UUID | None) -> Audience:
    """Whom a send was accepted for, as it was told."""
    found = await session.execute(
        select(send_parts).where(send_parts.c.send_id == send_id).order_by(send_parts.c.place)
    )
    include: list[Part] = []
    exclude: list[Part] = []
    for row in found:
        part = Part(PartKind(row.kind), row.ref, row.group_id, row.code)
        (exclude if row.is_excluded else include).append(part)
    return Audience(include, exclude, organisation_id)


async def audience_of(session: AsyncSession, send_id: UUID, organisation_id: UUID | None) -> AudienceQuery:
    """Whom a send is for, as it is to be asked now: areas as the wards that lie in them."""
    return await query_of(session, await chosen_for(session, send_id, organisation_id))


async def query_of(session: AsyncSession, audience: Audience) -> AudienceQuery:
    """An audience as it is to be asked now."""
    include = [each for part in audience.include for each in await _with_wards(session, part)]
    exclude = [each for part in audience.exclude for each in await _with_wards(session, part)]
    return AudienceQuery(Audience(include, exclude, audience.organisation_id))


async def make_chunks(
    uow: UnitOfWork,
    send_id: UUID,
    *,
    organisation_id: UUID | None = None,
    contact_id: UUID | None = None,
    refs: bool = False,
    after_seconds: float = 0,
) -> Accepted:
    """Counts the mailboxes, cuts them into chunks and says that these are ready to be sent.

    A send of more than 5,000 is expanded chunk by chunk, so that the first mails go at once whatever its size. With
    `refs` each mailbox gets a reference of its own, and all are written down now.
    """
    session = uow.session
    query = await audience_of(session, send_id, organisation_id)
    mailboxes: int = await session.scalar(text(_COUNT.format(everybody=query.everybody())), query.parameters) or 0
    expanded = refs or mailboxes <= AT_ONCE
    if expanded:
        asked = {"send_id": send_id, "contact_id": contact_id, "refs": refs, "after": float(after_seconds)}
        made = await session.execute(text(_EXPAND.format(everybody=query.everybody())), {**asked, **query.parameters})
        # Somebody may have joined since they were counted.
        mailboxes = made.rowcount  # type: ignore[attr-defined]  # an INSERT counts
    cut = list(ranges(mailboxes))
    chunk_ids = [timeless_id() for _ in cut]
    if cut:
        told = {"ids": chunk_ids, "starts": [each.start for each in cut], "ends": [each.end for each in cut]}
        await session.execute(_CHUNKS, {"send_id": send_id, "expanded": expanded, **told})
    for chunk_id in chunk_ids:
        uow.record(ChunkReady(chunk_id=chunk_id, message_id=send_id, version=1))
    return Accepted(mailboxes, chunk_ids)


async def expand_chunk(session: AsyncSession, chunk_id: UUID, send_id: UUID, organisation_id: UUID | None) -> None:
    """Writes down who is in a chunk; does nothing where that is done."""
    held = (await session.execute(_HOLD_CHUNK, {"id": chunk_id})).first()
    if held is None:
        return
    query = await audience_of(session, send_id, organisation_id)
    asked = {"send_id": send_id, "contact_id": None, "refs": False, "after": 0.0}
    within = {"from_tag": held.from_tag, "below_tag": held.below_tag}
    expand = text(_EXPAND.format(everybody=query.everybody(_IN_RANGE)))
    await session.execute(expand, {**asked, **within, **query.parameters})
    await session.execute(_EXPANDED, {"id": chunk_id})


async def recipient_refs(session: AsyncSession, send_id: UUID) -> list[UUID]:
    """The references of a release's recipients."""
    return list(await session.scalars(_REFS.where(deliveries.c.send_id == send_id)))


async def _with_wards(session: AsyncSession, part: Part) -> list[Part]:
    if part.kind is not PartKind.AREA or part.code is None:
        return [part]
    return [Part(PartKind.AREA, code=code) for code in sorted(await areas_within(session, [part.code]))]


async def recall(session: AsyncSession, send_id: UUID, by: UUID, at: datetime) -> None:
    """What is not in a worker's hand already is withheld when its turn comes."""
    row = {"send_id": send_id, "recalled_by": by, "recalled_at": at}
    await session.execute(upsert(recalls).values(row).on_conflict_do_nothing())
