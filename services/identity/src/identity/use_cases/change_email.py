"""Somebody moves the account to another address: begun, confirmed by the new mailbox, stoppable from the old."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.email_changes import EmailChange
from identity.domain.errors import LinkNotValid, NotHere, NotYourPassword, SessionOver
from identity.domain.guessing import Lane
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.domain.permissions import need_fresh_factor
from identity.keyring import Keyring
from identity.passwords import Hasher
from identity.storage.accounts import Accounts
from identity.storage.email_changes import EmailChanges
from identity.storage.ledger import Ledger
from identity.storage.links import Links
from identity.storage.mail_queue import MailQueue
from identity.use_cases.count_tries import Counting
from identity.use_cases.drop_email_change import LINKS, drop_email_change
from identity.use_cases.own_account import own_session
from identity.use_cases.second_factor import factors_of
from identity.use_cases.tell import person_events


async def begin_email_change(
    uow: UnitOfWork,
    reading: UnitOfWork,
    counting: Counting,
    hasher: Hasher,
    actor: Principal,
    *,
    password: str,
    new_email: str,
    shared_as: str,
    now: datetime,
) -> None:
    """Asks the new mailbox to confirm, and tells the old one how to stop it. Whether the new one is free is not told.

    NotYourPassword for a wrong password, SecondFactorNeeded where a second factor is due.
    """
    async with reading:
        seen = await Accounts(reading.session).get(actor.id)
    seen_hash = seen.password_hash if seen else None
    async with counting.counted({Lane.CODE: str(actor.id)}, password, now) as attempt:
        is_right = await hasher.matches(seen_hash, password)
        async with uow:
            if not is_right:
                raise NotYourPassword
            _, account = await own_session(uow, actor, now)
            if account.password_hash != seen_hash:
                raise SessionOver
            need_fresh_factor(actor, await factors_of(uow, account), now)
            change = EmailChange(account.id, new_email.casefold(), shared_as.casefold(), now)
            await _begin(uow, account, change, counting, now)
            await attempt.succeeded(uow)


async def _begin(uow: UnitOfWork, account: Account, change: EmailChange, counting: Counting, now: datetime) -> None:
    mails = MailQueue(uow.session)
    await drop_email_change(uow, account.id)
    # Kept for a taken address too, which no link will confirm: what the owner sees tells nothing of others.
    await EmailChanges(uow.session).replace(change)
    kind = MailKind.CONFIRM_NEW_EMAIL if await _is_free(uow, change) else MailKind.NEW_EMAIL_IN_USE
    if await counting.may_mail(uow, MailKind.CONFIRM_NEW_EMAIL, change.new_email, change.new_shared_as, now):
        await mails.put(kind, account.id, now, address=change.new_email)
    await mails.put(MailKind.EMAIL_CHANGE_BEGUN, account.id, now)
    Ledger(uow.session).write(account.id, LedgerKind.ADDRESS_CHANGE_BEGUN, now)


async def confirm_new_email(uow: UnitOfWork, *, secret: str, now: datetime) -> None:
    """Uses the new mailbox's link up: from now on the waiting time runs. LinkNotValid for any other secret."""
    async with uow:
        change = await _by_link(uow, LinkPurpose.CONFIRM_NEW_EMAIL, secret, now)
        change.confirm(now)


async def stop_by_link(uow: UnitOfWork, *, secret: str, now: datetime) -> None:
    """The old mailbox says no: nothing changes. LinkNotValid for any other secret."""
    async with uow:
        change = await _by_link(uow, LinkPurpose.STOP_EMAIL_CHANGE, secret, now)
        await _stop(uow, change.account_id, now)


async def stop_email_change(uow: UnitOfWork, actor: Principal, *, now: datetime) -> None:
    """The owner, signed in, says no; NotHere where nothing is under way."""
    async with uow:
        await Accounts(uow.session).get_for_change(actor.id)
        if await EmailChanges(uow.session).get(actor.id) is None:
            raise NotHere
        await _stop(uow, actor.id, now)


async def finish_email_change(uow: UnitOfWork, keyring: Keyring, *, now: datetime) -> bool:
    """Carries out one change whose waiting time is over, and tells both mailboxes; False where none is due."""
    async with uow:
        changes = EmailChanges(uow.session)
        account_id = await changes.next_due(now)
        if account_id is None:
            return False
        account = await Accounts(uow.session).get_for_change(account_id)
        change = await changes.get(account_id)
        # Stopped, or carried out by another worker, while the account was waited for.
        if account is None or change is None or change.effective_at is None or change.effective_at > now:
            return True
        await changes.remove(account_id)
        if account.is_active and await _is_free(uow, change):
            await _move(uow, keyring, account, change, now)
        return True


async def _move(uow: UnitOfWork, keyring: Keyring, account: Account, change: EmailChange, now: datetime) -> None:
    mails, old = MailQueue(uow.session), account.email
    account.email, account.shared_as = change.new_email, change.new_shared_as
    account.version += 1
    for address in (old, change.new_email):
        await mails.put(MailKind.EMAIL_CHANGED, account.id, now, address=address)
    for purpose in (*LINKS, LinkPurpose.RESET_PASSWORD):
        await Links(uow.session).forget(purpose, account.id)
    Ledger(uow.session).write(account.id, LedgerKind.ADDRESS_CHANGED, now)
    for event in person_events(account, keyring):
        uow.record(event)


async def _is_free(uow: UnitOfWork, change: EmailChange) -> bool:
    accounts = Accounts(uow.session)
    await accounts.lock_address(change.new_email)
    there = await accounts.at_mailbox(change.new_email)
    return not any(each.is_staff or each.shared_as == change.new_shared_as for each in there)


async def _by_link(uow: UnitOfWork, purpose: LinkPurpose, secret: str, now: datetime) -> EmailChange:
    links = Links(uow.session)
    account_id: UUID | None = await links.look(purpose, secret, now)
    if account_id is None:
        raise LinkNotValid
    await Accounts(uow.session).get_for_change(account_id)
    change = await EmailChanges(uow.session).get(account_id)
    if change is None or await links.use(purpose, secret, now) is None:
        raise LinkNotValid
    return change


async def _stop(uow: UnitOfWork, account_id: UUID, now: datetime) -> None:
    await drop_email_change(uow, account_id)
    Ledger(uow.session).write(account_id, LedgerKind.ADDRESS_CHANGE_STOPPED, now)
