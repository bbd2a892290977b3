"""A worker mails the invitations that are due, each to its one address, and forgets the address (P24, P28)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from shared.auth.sealing import NotSealedForUs, Opener
from shared.contracts.groups import INVITATION_PURPOSE
from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger
from shared.mail.message import UnsafeHeader, serialise
from shared.mail.smtp import MailNotTaken, Relay, SmtpSession

from messaging.domain.invitations import DueInvitation
from messaging.domain.sends import GIVEN_UP_AFTER, DeliveryState, wait_before
from messaging.letters import invitation_mail
from messaging.storage.invitation_mails import InvitationMails

LEASE: Final = timedelta(minutes=10)
"""Longer than a whole batch takes when every step of every mail waits for its deadline."""

log = get_logger("invitations")


class InvitationSender:
    """Any number may run: what one has in hand no other takes."""

    def __init__(
        self,
        unit_of_work: Callable[[], UnitOfWork],
        relay: Relay,
        opener: Opener,
        mail_from: str,
        public_url: str,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._relay = relay
        self._opener = opener
        self._mail_from = mail_from
        self._public_url = public_url

    async def send_due(self, now: datetime) -> int:
        """How many were taken on. Killed at any moment it repeats at most one mail, with the same Message-ID.

        What the relay does not take is tried again, for three days.
        """
        async with self._unit_of_work() as uow:
            mails = InvitationMails(uow.session)
            due = await mails.claim(now, LEASE)
            if not due:
                await mails.forget_old(now)
        if not due:
            return 0
        try:
            async with self._relay.session() as smtp:
                for invitation in due:
                    await self._settle(invitation, await self._send(smtp, invitation), now)
        except MailNotTaken as error:
            log.warning("mail_relay_out_of_reach", error=error)
            for invitation in due:
                await self._settle(invitation, DeliveryState.QUEUED, now)
        return len(due)

    async def _send(self, smtp: SmtpSession, invitation: DueInvitation) -> DeliveryState:
        if invitation.is_over:
            return DeliveryState.WITHHELD
        try:
            address = self._opener.open(INVITATION_PURPOSE, invitation.sealed_address)
            content = serialise(invitation_mail(invitation, address, self._mail_from, self._public_url))
            await smtp.send(self._mail_from, address, content)
        except (NotSealedForUs, UnsafeHeader) as error:
            log.warning("invitation_unprintable", error=error)
            return DeliveryState.FAILED
        except MailNotTaken as error:
            return DeliveryState.FAILED if error.permanent else DeliveryState.QUEUED
        return DeliveryState.SENT

    async def _settle(self, invitation: DueInvitation, state: DeliveryState, now: datetime) -> None:
        if state is DeliveryState.QUEUED and invitation.accepted_at <= now - GIVEN_UP_AFTER:
            state = DeliveryState.FAILED
        async with self._unit_of_work() as uow:
            mails = InvitationMails(uow.session)
            if state is DeliveryState.QUEUED:
                await mails.put_off(invitation.id, now + wait_before(invitation.attempts))
            else:
                await mails.end(invitation.id, state)
