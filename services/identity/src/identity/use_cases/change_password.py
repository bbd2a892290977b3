"""Somebody who is signed in changes the password."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import NotYourPassword, SessionOver
from identity.domain.guessing import Lane
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.domain.passwords import check_password
from identity.domain.permissions import need_fresh_factor
from identity.passwords import COMMON, Hasher
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.links import Links
from identity.storage.mail_queue import MailQueue
from identity.storage.sessions import Sessions
from identity.use_cases.count_tries import Counting
from identity.use_cases.drop_email_change import drop_email_change
from identity.use_cases.keep_in_browser import Cookie, replace_cookie
from identity.use_cases.own_account import own_session
from identity.use_cases.second_factor import factors_of


async def change_password(
    uow: UnitOfWork,
    reading: UnitOfWork,
    counting: Counting,
    hasher: Hasher,
    actor: Principal,
    *,
    current: str,
    new: str,
    now: datetime,
) -> Cookie | None:
    """Sets the new password, ends every other session and tells the owner; NotYourPassword for a wrong one.

    The new cookie of a browser's session: a copy of the old one dies with the old password.

    SecondFactorNeeded where the account has a second factor that was not shown within five minutes.
    """
    async with reading:
        seen = await Accounts(reading.session).get(actor.id)
    seen_hash = seen.password_hash if seen else None
    async with counting.counted({Lane.CODE: str(actor.id)}, current, now) as attempt:
        is_right = await hasher.matches(seen_hash, current)
        new_hash = await hasher.hash(new) if is_right else ""
        # Refused within the transaction: it may hold the answer to replay, from before the password was another.
        async with uow:
            if not is_right:
                raise NotYourPassword
            sessions = Sessions(uow.session)
            await sessions.lock_all(actor.id)
            session, account = await own_session(uow, actor, now)
            if account.password_hash != seen_hash:
                raise SessionOver
            factors = await factors_of(uow, account)
            need_fresh_factor(actor, factors, now)
            set_password(account, new, new_hash, beside_a_factor=factors.any or account.is_staff)
            await sessions.end_all(actor.id, now, but=actor.session_id)
            await Links(uow.session).forget(LinkPurpose.RESET_PASSWORD, account.id)
            await drop_email_change(uow, account.id)
            await MailQueue(uow.session).put(MailKind.PASSWORD_CHANGED, account.id, now)
            Ledger(uow.session).write(account.id, LedgerKind.PASSWORD_CHANGED, now)
            await attempt.succeeded(uow)
            return await replace_cookie(uow, session, now)


def set_password(account: Account, password: str, password_hash: str, *, beside_a_factor: bool) -> None:
    """Takes a new password for an account; WeakPassword where it is none."""
    account.password_is_long = check_password(
        password, account.email, account.display_name, common=COMMON, beside_a_factor=beside_a_factor
    )
    account.password_hash = password_hash
