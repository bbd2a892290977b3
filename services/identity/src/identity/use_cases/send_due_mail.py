"""Identity sends its security mail, so that nobody else ever holds such a link."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger
from shared.mail.message import Mail, UnsafeHeader, serialise
from shared.mail.smtp import MailNotTaken, Relay, SmtpSession

from identity.domain.accounts import Account
from identity.domain.link_purposes import LINK_OF, MailKind
from identity.keyring import Keyring
from identity.mails import WORDS
from identity.storage.accounts import Accounts
from identity.storage.email_changes import EmailChanges
from identity.storage.links import Links
from identity.storage.mail_queue import DueMail, MailQueue
from identity.storage.mailed_codes import MailedCodes
from identity.use_cases.codes import mailed_digest, new_mailed_code

BATCH = 50
# Refusals of one mail by a relay that answers, over some fourteen hours; an outage of the relay does not count.
MOST_ATTEMPTS = 20
# The code of MailNotTaken where the relay said nothing about this mail.
CONNECTION_LOST = 0

log = get_logger("identity.mail")


class SecurityMail:
    """Where mail goes, and what stands in it."""

    def __init__(self, relay: Relay, sender: str, sender_name: str, public_url: str, keyring: Keyring) -> None:
        self._relay = relay
        self._sender = sender
        self._sender_name = sender_name
        self._public_url = public_url
        self._keyring = keyring

    async def send_due(self, uow: UnitOfWork, now: datetime) -> int:
        """Sends what is due and returns how many it took on. What the relay does not take is tried again.

        A mail that is refused for now waits by itself; the others of its round go out.
        """
        async with uow:
            due = await MailQueue(uow.session).claim(now, BATCH)
        if not due:
            return 0
        try:
            async with self._relay.session() as smtp:
                for mail in due:
                    await self._send(uow, smtp, mail, now)
        except MailNotTaken as error:
            log.warning("mail_relay_out_of_reach", error=error)
        return len(due)

    async def _send(self, uow: UnitOfWork, smtp: SmtpSession, due: DueMail, now: datetime) -> None:
        async with uow:
            # Locked, so that nothing else is begun between looking at what is under way and making a link for it.
            account = await Accounts(uow.session).get_for_change(due.account_id)
            is_meant = await _is_still_meant(uow, due)
            secret = await self._secret(uow, due, now) if is_meant else {}
        finished = True
        try:
            # Whoever was erased since has no address any more; a receipt says where it goes.
            if account is not None and is_meant and (due.address or not account.is_erased):
                mail = self._write(due, account, secret, now)
                await smtp.send(self._sender, mail.to, serialise(mail))
        except UnsafeHeader as error:
            log.warning("mail_not_written", kind=due.kind, error=error)
        except MailNotTaken as error:
            if error.code == CONNECTION_LOST:
                raise
            finished = error.permanent or due.attempts + 1 >= MOST_ATTEMPTS
            log.warning("mail_not_taken", kind=due.kind, given_up=finished)
        async with uow:
            queue = MailQueue(uow.session)
            await (queue.remove(due.id) if finished else queue.put_off(due, now))

    async def _secret(self, uow: UnitOfWork, due: DueMail, now: datetime) -> dict[str, str]:
        if due.kind is MailKind.MAILED_CODE:
            code = new_mailed_code()
            digest = mailed_digest(self._keyring, due.account_id, code)
            await MailedCodes(uow.session).keep(due.account_id, digest, now)
            return {"code": code}
        purpose, path = LINK_OF.get(due.kind), WORDS[due.kind].path
        if purpose is None or path is None:
            return {}
        secret = await Links(uow.session).make(purpose, due.account_id, now)
        return {"link": f"{self._public_url}{path}?secret={secret}"}

    def _write(self, due: DueMail, account: Account, secret: dict[str, str], now: datetime) -> Mail:
        words = WORDS[due.kind]
        return Mail(
            to=due.address or account.email,
            sender=self._sender,
            sender_name=self._sender_name,
            subject=words.subject,
            text=words.text.format(name=account.display_name, **secret, **due.details),
            message_id=f"{due.id.hex}@{self._sender.partition('@')[2]}",
            sent_at=now,
        )


async def _is_still_meant(uow: UnitOfWork, due: DueMail) -> bool:
    # A mail that comes late must not bring one mailbox the link that confirms another.
    if due.kind is not MailKind.CONFIRM_NEW_EMAIL:
        return True
    change = await EmailChanges(uow.session).get(due.account_id)
    return change is not None and change.new_email == due.address
