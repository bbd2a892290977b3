"""A resident registers."""

from datetime import datetime

from shared.auth.principal import Plane
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account, AccountState
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.domain.passwords import check_password
from identity.keyring import Keyring
from identity.passwords import COMMON, Hasher
from identity.storage.accounts import Accounts
from identity.storage.links import Links
from identity.storage.mail_queue import MailQueue
from identity.use_cases.count_tries import Counting
from identity.use_cases.tell import person_events

MOST_AT_A_MAILBOX = 6


async def register(
    uow: UnitOfWork,
    counting: Counting,
    keyring: Keyring,
    hasher: Hasher,
    *,
    email: str,
    password: str,
    display_name: str,
    area: str | None,
    shared_as: str = "",
    now: datetime,
) -> None:
    """Makes an unconfirmed account and mails its owner. For a known address only the mail differs (security.md).

    Who shares a mailbox with somebody gives a short name of their own as well; never beside a staff account (P3).

    Whoever registers again before confirming starts afresh: earlier links and the earlier password are worth nothing.
    """
    check_password(password, email, display_name, common=COMMON)
    password_hash = await hasher.hash(password)
    email = email.casefold()
    async with uow:
        # One lane for a mailbox, whatever names are made up beside it.
        may_mail = await counting.may_mail(uow, MailKind.CONFIRM_EMAIL, email, "", now)
        if not may_mail:
            return
        accounts, mails = Accounts(uow.session), MailQueue(uow.session)
        await accounts.lock_address(email)
        known = await accounts.by_email_for_change(email, shared_as)
        beside = await accounts.at_mailbox(email)
        # Only who has shown that the mailbox is theirs takes a place at it; the first place is never taken by others.
        settled = [each for each in beside if not each.awaits_its_owner]
        is_full = bool(shared_as) and len(settled) >= MOST_AT_A_MAILBOX
        if known is None and (any(each.is_staff for each in beside) or is_full):
            await mails.put(MailKind.ALREADY_REGISTERED, beside[0].id, now)
            return
        if known is not None and (known.is_staff or not known.awaits_its_owner):
            await mails.put(MailKind.ALREADY_REGISTERED, known.id, now)
            return
        if known is None:
            known = Account(new_id(), Plane.MEMBER, email, display_name, AccountState.REGISTERED, now, version=0)
            known.shared_as = shared_as.casefold()
            accounts.add(known)
        known.password_hash, known.display_name, known.area = password_hash, display_name, area
        known.version += 1
        await uow.session.flush()
        await Links(uow.session).forget(LinkPurpose.CONFIRM_EMAIL, known.id)
        await mails.put(MailKind.CONFIRM_EMAIL, known.id, now)
        for event in person_events(known, keyring):
            uow.record(event)
