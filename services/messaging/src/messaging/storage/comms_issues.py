"""Who cannot be reached by e-mail, as sending and what comes back show, until their mailbox takes a mail."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from shared.contracts.messaging import CommsIssueChanged
from sqlalchemy import TextClause, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.storage.bounces import left_alone
from messaging.storage.tables import comms_issues

# Contacts are held: a change of address, or an erasure, comes before this or sees what it writes.
_HOLD = text("SELECT FROM known_contacts WHERE tag = ANY(:tags) ORDER BY id FOR SHARE")
_OPEN = text(
    """
    WITH failing AS (
        SELECT id, tag FROM known_contacts WHERE tag = ANY(:tags) ORDER BY id FOR SHARE
    )
    INSERT INTO comms_issues AS i (id, person_id, channel, tag, state, version)
    SELECT gen_random_uuid(), id, 'email', tag, 'open', 1 FROM failing
    ON CONFLICT (person_id, channel) DO UPDATE
        SET tag = excluded.tag, state = 'open', version = i.version + 1, opened_at = now()
        WHERE i.state <> 'open' OR i.tag <> excluded.tag
    RETURNING id AS issue_id, person_id, channel, state, version
    """
)
_SOLVE = """
    UPDATE comms_issues i SET state = 'solved', version = i.version + 1
    FROM (SELECT o.id FROM comms_issues o WHERE o.state = 'open' AND {which} ORDER BY o.id FOR UPDATE) AS solved
    WHERE i.id = solved.id AND i.state = 'open'
    RETURNING i.id AS issue_id, i.person_id, i.channel, i.state, i.version
"""
# Not where another mail came back meanwhile.
_SOLVE_REACHED = text(_SOLVE.format(which=f"o.tag = ANY(:tags) AND NOT {left_alone('o.tag')}"))
_SOLVE_CHANGED = text(
    _SOLVE.format(
        which="o.person_id = :person_id"
        " AND o.tag IS DISTINCT FROM (SELECT c.tag FROM known_contacts c WHERE c.id = o.person_id)"
    )
)

_SINCE = select(comms_issues.c.opened_at).where(comms_issues.c.state == "open")


class CommsIssues:
    """Everybody's. What changes is returned as the events that tell it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold(self, tags: Collection[bytes]) -> None:
        """First of all where bounces are written too, so that nobody waits for one another."""
        await self._session.execute(_HOLD, {"tags": list(tags)})

    async def fail(self, tags: Collection[bytes]) -> Sequence[CommsIssueChanged]:
        """These mailboxes were refused for ever: so cannot be reached whoever has one of them."""
        return await self._change(_OPEN, {"tags": list(tags)})

    async def since(self, person_id: UUID) -> datetime | None:
        """Since when this person cannot be reached; None where they can, as far as is known."""
        return await self._session.scalar(_SINCE.where(comms_issues.c.person_id == person_id))

    async def reach(self, tags: Collection[bytes]) -> Sequence[CommsIssueChanged]:
        """These mailboxes took a mail."""
        return await self._change(_SOLVE_REACHED, {"tags": list(tags)})

    async def follow_address(self, person_id: UUID) -> Sequence[CommsIssueChanged]:
        """Another address is another beginning."""
        return await self._change(_SOLVE_CHANGED, {"person_id": person_id})

    async def everything(self) -> Sequence[CommsIssueChanged]:
        """All of them as they are, to be told again."""
        query = select(
            comms_issues.c.id.label("issue_id"),
            comms_issues.c.person_id,
            comms_issues.c.channel,
            comms_issues.c.state,
            comms_issues.c.version,
        )
        return [CommsIssueChanged.model_validate(row) for row in (await self._session.execute(query)).mappings()]

    async def forget(self, person_id: UUID) -> None:
        await self._session.execute(delete(comms_issues).where(comms_issues.c.person_id == person_id))

    async def _change(self, statement: TextClause, asked: Mapping[str, object]) -> Sequence[CommsIssueChanged]:
        return [
            CommsIssueChanged.model_validate(row) for row in (await self._session.execute(statement, asked)).mappings()
        ]
