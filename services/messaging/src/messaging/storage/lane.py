"""A chunk in one worker's hands: takes sub-batches, withholds what may no longer be sent, records what became of them.

The lane is an advisory lock on a connection of its own. It ends with the connection, so when a worker dies another goes
on at once, and a worker that was cut off finds out before its next sub-batch. Each step is one statement, and so one
transaction.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from shared.clock import now
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from messaging.domain.message_types import URGENT
from messaging.domain.sends import (
    GIVEN_UP_AFTER,
    SUB_BATCH,
    DeliveryState,
    SendKind,
    wait_before,
)
from messaging.storage.audience_sql import AudienceQuery
from messaging.storage.bounces import left_alone
from messaging.storage.chunks import Visit
from messaging.storage.statement import Driver, Statement, driver_of

_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended(CAST(:id AS text), 0))")
_UNLOCK = text("SELECT pg_advisory_unlock_all()")
# What lies in a dead worker's hand may have arrived: it is sent again under the same Message-ID, and counted (P28).
_TAKE_OVER = text(
    """
    WITH left_behind AS (
        UPDATE deliveries d SET repeats = repeats + 1 FROM chunks c
        WHERE c.id = :id AND d.send_id = c.send_id AND d.tag = ANY(c.in_hand) AND d.state = 'queued'
    )
    UPDATE chunks SET in_hand = '{}' WHERE id = :id AND in_hand <> '{}'
    """
)
# The rules of P4, P18, P21, P25 and P27 as they are now, in the one statement that precedes every sub-batch. The rows
# are held, so that whoever is forgotten is so before this, or finds the mail in hand (P29).
_STEP: Final = """
    WITH settled AS (
        UPDATE deliveries d SET changed_at = now(), reason = o.reason,
            state = CASE WHEN o.state = 'queued' AND :given_up THEN 'failed' ELSE o.state END,
            repeats = repeats + CASE WHEN o.state = 'queued' AND o.may_repeat THEN 1 ELSE 0 END,
            attempts = attempts + CASE WHEN o.untried THEN 0 ELSE 1 END,
            due_at = CASE WHEN o.state <> 'queued' OR o.untried THEN d.due_at
                          ELSE now() + (CAST(:waits AS interval[]))[least(d.attempts + 1, :most_waits)] END
        FROM unnest(
            CAST(:tags AS bytea[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
            CAST(:repeats AS bool[]), CAST(:untried AS bool[])
        ) AS o (tag, state, reason, may_repeat, untried)
        WHERE d.send_id = :send_id AND d.tag = ANY(CAST(:tags AS bytea[])) AND d.tag = o.tag AND d.state = 'queued'
    ),
    due AS MATERIALIZED (
        SELECT d.tag, d.recipient_ref, d.contact_id FROM deliveries d
        WHERE d.send_id = :send_id AND d.tag >= :from_tag AND d.tag > :after
            AND (CAST(:below_tag AS bytea) IS NULL OR d.tag < :below_tag) AND d.state = 'queued' AND d.due_at <= now()
        ORDER BY d.tag LIMIT :most FOR NO KEY UPDATE SKIP LOCKED
    ),
    verdict AS MATERIALIZED (
        SELECT CASE
            WHEN EXISTS (SELECT FROM known_groups g WHERE g.id = s.group_id AND g.state <> 'active')
                THEN 'group_archived'
            WHEN s.kind IN ('message', 'release', 'confirmation') AND EXISTS (
                SELECT FROM known_pauses p WHERE p.id = s.group_id AND p.paused_until > now()
            ) THEN 'group_paused'
            WHEN EXISTS (SELECT FROM recalls r WHERE r.send_id = s.id) THEN 'recalled'
            WHEN s.expires_at <= now() OR EXISTS (SELECT FROM known_revocations r WHERE r.id = s.release_id AND r.whole)
                THEN 'revoked'
        END AS on_all,
        COALESCE((SELECT recipient_refs FROM known_revocations r WHERE r.id = s.release_id), '{{}}') AS revoked_refs
        FROM sends s WHERE s.id = :send_id
    ),
    entitled AS (
        SELECT e.tag, min(e.email) AS email, bool_and(n.is_muted) AS is_muted,
            CASE WHEN NOT bool_or(n.quiet_until IS NULL) FILTER (WHERE NOT n.is_muted)
                THEN min(n.quiet_until) FILTER (WHERE NOT n.is_muted) END AS quiet_until
        FROM ({everybody}) AS e LEFT JOIN preferences f ON f.person_id = e.person_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(:type = ANY(f.muted_types), FALSE) AS is_muted, {quiet_until} AS quiet_until
        ) AS n
        GROUP BY e.tag
    ),
    standing AS MATERIALIZED (
        SELECT due.tag, due.recipient_ref, due.contact_id, entitled.email,
            EXISTS (SELECT FROM bounces b WHERE b.tag = due.tag) OR EXISTS (
                SELECT FROM comms_issues i WHERE i.tag = due.tag AND i.state = 'open'
            ) AS is_failing, CASE
            WHEN EXISTS (
                SELECT FROM departures l WHERE l.tag = due.tag AND l.scope = :scope AND l.scope_id = :scope_id
            ) THEN 'left'
            WHEN verdict.on_all IS NOT NULL THEN verdict.on_all
            WHEN due.recipient_ref = ANY(verdict.revoked_refs) THEN 'revoked'
            WHEN entitled.tag IS NULL THEN :gone
            WHEN entitled.is_muted THEN 'type_not_wanted'
            WHEN {left_alone} THEN 'unreachable'
        END AS reason, CASE WHEN NOT :is_urgent THEN entitled.quiet_until END AS quiet_until
        FROM due CROSS JOIN verdict LEFT JOIN entitled ON entitled.tag = due.tag
    ),
    withheld AS (
        UPDATE deliveries d SET state = 'withheld', reason = standing.reason, changed_at = now()
        FROM standing WHERE d.send_id = :send_id AND d.tag = standing.tag AND standing.reason IS NOT NULL
    ),
    deferred AS (
        UPDATE deliveries d SET due_at = standing.quiet_until, reason = 'quiet_hours', changed_at = now()
        FROM standing WHERE d.send_id = :send_id AND d.tag = standing.tag
            AND standing.reason IS NULL AND standing.quiet_until IS NOT NULL
    ),
    held AS (
        UPDATE chunks SET in_hand = (
            SELECT COALESCE(array_agg(tag), '{{}}') FROM standing WHERE reason IS NULL AND quiet_until IS NULL
        ) WHERE id = :id
    )
    SELECT tag, recipient_ref, contact_id, email, is_failing, reason IS NULL AND quiet_until IS NULL AS may_go
    FROM standing ORDER BY tag
"""
# When a person's quiet hours end, in which this moment lies: by the local clock, and perhaps past midnight.
_QUIET_UNTIL: Final = """
    (SELECT CASE
        WHEN f.quiet_from < f.quiet_to AND clock >= f.quiet_from AND clock < f.quiet_to THEN day + f.quiet_to
        WHEN f.quiet_from > f.quiet_to AND clock >= f.quiet_from THEN day + 1 + f.quiet_to
        WHEN f.quiet_from > f.quiet_to AND clock < f.quiet_to THEN day + f.quiet_to
    END AT TIME ZONE 'Europe/London'
    FROM (SELECT CAST(now() AT TIME ZONE 'Europe/London' AS date), CAST(now() AT TIME ZONE 'Europe/London' AS time))
        AS here (day, clock))
"""
_LEFT_ALONE: Final = left_alone("due.tag")
_IN_HAND: Final = "c.tag IN (SELECT tag FROM due)"
_WAITS: Final = [wait_before(attempt) for attempt in range(1, 7)]
_NEXT_DUE = Statement(
    """
    SELECT extract(epoch FROM min(due_at) - now()) FROM deliveries
    WHERE send_id = :send_id AND tag >= :from_tag AND (CAST(:below_tag AS bytea) IS NULL OR tag < :below_tag)
        AND state = 'queued'
    """
)
_GONE: Final = {SendKind.RELEASE: "no_longer_on_the_list", SendKind.CONFIRMATION: "no_longer_asked"}


class Claimed(NamedTuple):
    """A delivery in hand, with the one address that its mail goes to. `is_failing`: a mail to it came back before."""

    tag: bytes
    recipient_ref: UUID | None
    contact_id: UUID | None
    email: str
    is_failing: bool


class Outcome(NamedTuple):
    """What became of a claimed delivery. `queued` means later; `untried` that no attempt was made at all."""

    tag: bytes
    state: DeliveryState
    reason: str | None = None
    may_repeat: bool = False
    untried: bool = False
    mailbox_fails: bool = False


class Lane:
    """One chunk's deliveries, in the order of their tags, for the one who holds it."""

    def __init__(self, driver: Driver, chunk_id: UUID, visit: Visit, query: AudienceQuery) -> None:
        self._driver = driver
        scope = visit.leave_scope
        self._accepted_at = visit.accepted_at
        self._step = Statement(
            _STEP.format(everybody=query.everybody(_IN_HAND), quiet_until=_QUIET_UNTIL, left_alone=_LEFT_ALONE)
        )
        self._asked: dict[str, Any] = {
            **query.parameters,
            "send_id": visit.send_id,
            "from_tag": visit.from_tag,
            "below_tag": visit.below_tag,
            "id": chunk_id,
            "waits": _WAITS,
            "most_waits": len(_WAITS),
            "scope": scope[0].value if scope else None,
            "scope_id": scope[1] if scope else None,
            "type": visit.type,
            "is_urgent": visit.priority <= URGENT,
            "gone": _GONE.get(visit.kind, "no_longer_a_member"),
        }
        self._after = b""

    async def step(self, outcomes: Sequence[Outcome] = (), most: int = SUB_BATCH) -> tuple[int, list[Claimed]]:
        """Records what became of the last ones, and takes the next that are due.

        How many of these were looked at, and those of them that may be sent. After three days, what would wait for
        another attempt has failed instead.
        """
        told = {
            "tags": [each.tag for each in outcomes],
            "states": [each.state for each in outcomes],
            "reasons": [each.reason for each in outcomes],
            "repeats": [each.may_repeat for each in outcomes],
            "untried": [each.untried for each in outcomes],
            "given_up": now() - self._accepted_at > GIVEN_UP_AFTER,
        }
        rows = await self._step.run(self._driver, {**self._asked, **told, "after": self._after, "most": most})
        if rows:
            self._after = rows[-1]["tag"]
        return len(rows), [Claimed(*row[:5]) for row in rows if row["may_go"]]

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Records what became of the last ones, and takes no more."""
        await self.step(outcomes, 0)

    async def next_due(self) -> timedelta | None:
        """How long until another of this chunk may be due; None when every one of them has ended."""
        ((seconds,),) = await _NEXT_DUE.run(self._driver, self._asked)
        return None if seconds is None else timedelta(seconds=max(0.0, float(seconds)))


@asynccontextmanager
async def hold_chunk(engine: AsyncEngine, chunk_id: UUID) -> AsyncIterator[Driver | None]:
    """The driver of a connection that has the chunk to itself while it lives; None where another worker has it."""
    async with engine.connect() as opened:
        connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
        try:
            is_mine = await connection.scalar(_LOCK, {"id": str(chunk_id)})
            if is_mine:
                await connection.execute(_TAKE_OVER, {"id": chunk_id})
            yield await driver_of(connection) if is_mine else None
            await connection.execute(_UNLOCK)
        except BaseException:
            # Whatever broke off: the lock goes with the connection.
            await connection.invalidate()
            raise
