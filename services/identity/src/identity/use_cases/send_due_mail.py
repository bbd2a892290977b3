"""Identity sends its security mail, so that nobody else ever holds such a link."""

from datetime import datetime, timedelta
from enum import Enum, auto

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
from identity.storage.retention import note_notice_sent
from identity.use_cases.codes import mailed_digest, new_mailed_code

BATCH = 50
# Refusals of one mail by a relay that answers, over some fourteen hours; an outage of the relay does not count.
MOST_ATTEMPTS = 20
# The code of MailNotTaken where the relay said nothing about this mail.
CONNECTION_LOST = 0
# A notice of inactivity that was given up is tried again, for as long as its member is kept.
NOTICE_AGAIN = timedelta(days=30)

log = get_logger("identity.mail")


class Fate(Enum):
    """What became of a mail; `MOOT` is one that nobody needs any more."""

    TAKEN = auto()
    MOOT = auto()
    REFUSED = auto()
    GIVEN_UP = auto()


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
            is_moot = account is None or await _is_moot(uow, due, account)
            secret = {} if is_moot else await self._secret(uow, due, now)
        fate = Fate.MOOT
        try:
            if account is not None and not is_moot:
                mail = self._write(due, account, secret, now)
                await smtp.send(self._sender, mail.to, serialise(mail))
                fate = Fate.TAKEN
        except UnsafeHeader as error:
            fate = Fate.GIVEN_UP
            log.warning("mail_not_written", kind=due.kind, error=error)
        except MailNotTaken as error:
            if error.code == CONNECTION_LOST:
                raise
            fate = Fate.GIVEN_UP if error.permanent or due.attempts + 1 >= MOST_ATTEMPTS else Fate.REFUSED
            log.warning("mail_not_taken", kind=due.kind, given_up=fate is Fate.GIVEN_UP)
        async with uow:
            await _settle(uow, due, fate, now)

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


async def _is_moot(uow: UnitOfWork, due: DueMail, account: Account) -> bool:
    # Whoever was erased since is written to no more, at a former address least of all; save for the receipt.
    if account.is_erased:
        return due.kind is not MailKind.ERASED
    # A mail that comes late must not bring one mailbox the link that confirms another.
    if due.kind is MailKind.CONFIRM_NEW_EMAIL:
        change = await EmailChanges(uow.session).get(account.id)
        return change is None or change.new_email != due.address
    # Whoever came back since need not hear that they were away.
    return due.kind is MailKind.INACTIVE and account.warned_at is None


async def _settle(uow: UnitOfWork, due: DueMail, fate: Fate, now: datetime) -> None:
    queue, is_notice = MailQueue(uow.session), due.kind is MailKind.INACTIVE
    if fate is Fate.REFUSED:
        await queue.put_off(due, now)
    elif fate is Fate.GIVEN_UP and is_notice:
        # Nobody is erased untold because a mailbox was full that day.
        await queue.begin_anew(due, now + NOTICE_AGAIN)
    else:
        await queue.remove(due.id)
    if fate is Fate.TAKEN and is_notice:
        await note_notice_sent(uow.session, due.account_id, now)
