"""Invitations that are to be mailed, each once, to addresses that are kept sealed and no longer than that."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.invitations import DueInvitation
from messaging.domain.sends import DeliveryState
from messaging.storage.tables import invitation_mails, known_groups, known_pauses

MOST_A_DAY = 3
BATCH = 25
_DAY = timedelta(days=1)
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(encode(:tag, 'hex'), 0))")
_FORGOTTEN: dict[str, str | None] = {"sealed_address": None, "group_name": "", "office": None}


class InvitationMails:
    """Those of all groups."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def keep(self, row: Mapping[str, Any], tag: bytes, now: datetime) -> None:  # Any: a row's columns
        """Keeps one to be mailed, once for its id; not a mailbox's fourth within a day, from whatever groups."""
        await self._session.execute(_HOLD, {"tag": tag})
        lately = select(func.count()).where(invitation_mails.c.tag == tag, invitation_mails.c.accepted_at > now - _DAY)
        if (await self._session.scalar(lately) or 0) >= MOST_A_DAY:
            return
        fixed = {"tag": tag, "state": DeliveryState.QUEUED.value, "attempts": 0, "accepted_at": now, "due_at": now}
        await self._session.execute(insert(invitation_mails).values({**row, **fixed}).on_conflict_do_nothing())

    async def claim(self, now: datetime, lease: timedelta) -> Sequence[DueInvitation]:
        """Takes what is due; whoever dies with it leaves it due again when the lease is over.

        What a paused group invites waits until the pause is over (P4).
        """
        is_paused = exists().where(known_pauses.c.id == invitation_mails.c.group_id, known_pauses.c.paused_until > now)
        due = (
            select(invitation_mails.c.id)
            .where(invitation_mails.c.state == DeliveryState.QUEUED.value, invitation_mails.c.due_at <= now, ~is_paused)
            .order_by(invitation_mails.c.due_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        has_ended = exists().where(known_groups.c.id == invitation_mails.c.group_id, known_groups.c.state != "active")
        claimed = (
            update(invitation_mails)
            .where(invitation_mails.c.id.in_(due))
            .values(due_at=now + lease, attempts=invitation_mails.c.attempts + 1)
            .returning(
                invitation_mails.c.id,
                invitation_mails.c.group_name,
                invitation_mails.c.office,
                invitation_mails.c.sealed_address,
                invitation_mails.c.attempts,
                invitation_mails.c.accepted_at,
                invitation_mails.c.expires_at,
                case((invitation_mails.c.expires_at <= now, True), else_=has_ended),
            )
        )
        return [DueInvitation(*row) for row in await self._session.execute(claimed)]

    async def end(self, invitation_id: UUID, state: DeliveryState) -> None:
        """It was mailed, or never will be: the address is forgotten."""
        open_still = update(invitation_mails).where(
            invitation_mails.c.id == invitation_id, invitation_mails.c.state == DeliveryState.QUEUED.value
        )
        await self._session.execute(open_still.values(state=state.value, **_FORGOTTEN))

    async def put_off(self, invitation_id: UUID, until: datetime) -> None:
        await self._session.execute(
            update(invitation_mails).where(invitation_mails.c.id == invitation_id).values(due_at=until)
        )

    async def forget_old(self, now: datetime) -> None:
        """The keyed hashes of yesterday, and rows whose invitations have expired."""
        over = invitation_mails.c.state != DeliveryState.QUEUED.value
        old = update(invitation_mails).where(over, invitation_mails.c.tag.is_not(None))
        await self._session.execute(old.where(invitation_mails.c.accepted_at <= now - _DAY).values(tag=None))
        await self._session.execute(delete(invitation_mails).where(over, invitation_mails.c.expires_at <= now))

    async def forget_mailbox(self, tag: bytes) -> None:
        """P29: nothing more is mailed to it, and nothing points to it."""
        await self._session.execute(
            update(invitation_mails)
            .where(invitation_mails.c.tag == tag, invitation_mails.c.state == DeliveryState.QUEUED.value)
            .values(state=DeliveryState.WITHHELD.value, tag=None, **_FORGOTTEN)
        )
        await self._session.execute(update(invitation_mails).where(invitation_mails.c.tag == tag).values(tag=None))
