"""Claims sub-batches of a chunk, withholds what may no longer be sent, and records what became of the rest."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from shared.ids import timeless_id
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.sends import GIVEN_UP_AFTER, SUB_BATCH, DeliveryState, wait_before

# A row that is `sending` past its due_at belongs to a worker that died: it is taken over, and counted as repeated.
_CLAIM = text(
    """
    WITH open AS (
        SELECT id FROM deliveries
        WHERE chunk_id = :chunk_id AND state IN ('queued', 'sending') AND due_at <= now()
        ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries d SET state = 'sending', claim = :claim, due_at = now() + :lease, changed_at = now(),
        attempts = attempts + 1, repeats = repeats + (CASE WHEN d.state = 'sending' THEN 1 ELSE 0 END)
    FROM open WHERE d.id = open.id
    """
)

# The rules of P4, P18, P25 and P27 as they are now, by the one statement that precedes every sub-batch.
_WITHHOLD = text(
    """
    WITH standing AS (
        SELECT d.id, CASE
            WHEN s.kind <> 'confirmation' AND EXISTS (
                SELECT FROM departures l WHERE l.tag = d.tag AND (l.scope, l.scope_id) = (
                    CASE s.kind WHEN 'alert' THEN 'organisation' WHEN 'release' THEN 'list' ELSE 'group' END,
                    CASE s.kind WHEN 'alert' THEN s.organisation_id WHEN 'release' THEN s.list_id ELSE s.group_id END)
            ) THEN 'left'
            WHEN EXISTS (SELECT FROM known_groups g WHERE g.id = s.group_id AND g.state <> 'active')
                THEN 'group_archived'
            WHEN s.kind IN ('message', 'release', 'confirmation') AND EXISTS (
                SELECT FROM known_pauses p WHERE p.id = s.group_id AND p.paused_until > now()
            ) THEN 'group_paused'
            WHEN s.kind = 'release' AND (s.expires_at <= now() OR EXISTS (
                SELECT FROM known_revocations r
                WHERE r.id = s.release_id AND (r.whole OR d.recipient_ref = ANY(r.recipient_refs))
            )) THEN 'revoked'
            WHEN s.kind IN ('message', 'alert', 'question') AND NOT EXISTS (
                SELECT FROM known_contacts c
                JOIN known_memberships m ON m.person_id = c.id AND m.group_id = s.group_id AND m.state = 'active'
                LEFT JOIN known_persons p ON p.id = c.id
                WHERE c.tag = d.tag AND p.state IS DISTINCT FROM 'closed'
            ) THEN 'no_longer_a_member'
            WHEN s.kind = 'release' AND NOT EXISTS (
                SELECT FROM list_contacts o WHERE o.list_id = s.list_id AND o.tag = d.tag AND o.state = 'confirmed'
            ) AND NOT EXISTS (
                SELECT FROM list_members l
                JOIN known_contacts c ON c.id = l.person_id
                JOIN known_memberships m ON m.person_id = c.id AND m.group_id = s.group_id AND m.state = 'active'
                LEFT JOIN known_persons p ON p.id = c.id
                WHERE l.list_id = s.list_id AND c.tag = d.tag AND p.state IS DISTINCT FROM 'closed'
            ) THEN 'no_longer_on_the_list'
            WHEN s.kind = 'confirmation' AND NOT EXISTS (
                SELECT FROM list_contacts o WHERE o.id = d.contact_id AND o.state = 'pending'
            ) THEN 'no_longer_asked'
        END AS reason
        FROM deliveries d JOIN sends s ON s.id = d.send_id WHERE d.claim = :claim
    )
    UPDATE deliveries d SET state = 'withheld', reason = standing.reason, claim = NULL, changed_at = now()
    FROM standing WHERE d.id = standing.id AND standing.reason IS NOT NULL AND d.state = 'sending'
    """
)
_READ = text(
    """
    SELECT d.id, d.tag, d.recipient_ref, d.contact_id, COALESCE(
        (SELECT min(email) FROM known_contacts c WHERE c.tag = d.tag),
        (SELECT min(email) FROM list_contacts o WHERE o.tag = d.tag)) AS email
    FROM deliveries d WHERE d.claim = :claim AND d.state = 'sending' ORDER BY d.id
    """
)
_SETTLE = text(
    """
    UPDATE deliveries d SET claim = NULL, changed_at = now(),
        state = CASE WHEN o.state = 'queued' AND s.accepted_at < now() - CAST(:given_up AS interval)
                     THEN 'failed' ELSE o.state END,
        reason = o.reason,
        repeats = repeats + CASE WHEN o.state = 'queued' AND o.may_repeat THEN 1 ELSE 0 END,
        attempts = attempts - CASE WHEN o.untried THEN 1 ELSE 0 END,
        due_at = CASE WHEN o.untried THEN now()
                      ELSE now() + (CAST(:waits AS interval[]))[least(greatest(d.attempts, 1), :most_waits)] END
    FROM sends s, unnest(
        CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
        CAST(:repeats AS bool[]), CAST(:untried AS bool[])
    ) AS o (id, state, reason, may_repeat, untried)
    WHERE d.id = o.id AND d.claim = :claim AND d.state = 'sending' AND s.id = d.send_id
    """
)
_WAITS = [wait_before(attempt) for attempt in range(1, 7)]
_NEXT_DUE = text(
    """
    SELECT extract(epoch FROM min(due_at) - now()) FROM deliveries
    WHERE chunk_id = :chunk_id AND state IN ('queued', 'sending')
    """
)


class Claimed(NamedTuple):
    """A delivery in hand, with the one address that its mail goes to."""

    id: UUID
    tag: bytes
    recipient_ref: UUID | None
    contact_id: UUID | None
    email: str


class Outcome(NamedTuple):
    """What became of a claimed delivery. `queued` means later; `untried` that no attempt was made at all."""

    id: UUID
    state: DeliveryState
    reason: str | None = None
    may_repeat: bool = False
    untried: bool = False
    mailbox_fails: bool = False


class Deliveries:
    """The deliveries of one chunk."""

    def __init__(self, session: AsyncSession, chunk_id: UUID) -> None:
        self._session = session
        self._chunk_id = chunk_id

    async def claim(self, lease: timedelta) -> tuple[UUID, int, list[Claimed]]:
        """Takes up to 25 that are due: the claim's id, how many were taken, and those of them that may be sent."""
        claim = timeless_id()
        asked = {"chunk_id": self._chunk_id, "most": SUB_BATCH, "claim": claim, "lease": lease}
        taken = (await self._session.execute(_CLAIM, asked)).rowcount  # type: ignore[attr-defined]  # an UPDATE counts
        if not taken:
            return claim, 0, []
        await self._session.execute(_WITHHOLD, {"claim": claim})
        return claim, taken, [Claimed(*row) for row in await self._session.execute(_READ, {"claim": claim})]

    async def settle(self, claim: UUID, outcomes: Sequence[Outcome]) -> None:
        """Records outcomes where the claim still holds: who lost it to another worker changes nothing."""
        asked = {
            "ids": [each.id for each in outcomes],
            "states": [each.state for each in outcomes],
            "reasons": [each.reason for each in outcomes],
            "repeats": [each.may_repeat for each in outcomes],
            "untried": [each.untried for each in outcomes],
        }
        fixed = {"claim": claim, "given_up": GIVEN_UP_AFTER, "waits": _WAITS, "most_waits": len(_WAITS)}
        await self._session.execute(_SETTLE, {**asked, **fixed})

    async def next_due(self) -> timedelta | None:
        """How long until another of this chunk may be due; None when every one of them has ended."""
        seconds = await self._session.scalar(_NEXT_DUE, {"chunk_id": self._chunk_id})
        return None if seconds is None else timedelta(seconds=max(0.0, float(seconds)))
