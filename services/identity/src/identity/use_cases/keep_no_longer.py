"""Nobody's details are kept for longer than they are used (P29)."""

from collections.abc import Callable
from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.retention import Retention
from identity.keyring import Keyring
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.personal import remove_personal
from identity.storage.retention import inactive_member, remove_account, take_unwarned, unconfirmed_account
from identity.storage.tidying import remove_old_links, remove_old_sessions
from identity.storage.tries import Tries
from identity.use_cases.erase import erase, hold_account

BATCH = 100

OpenUnit = Callable[[], UnitOfWork]


async def warn_inactive(unit_of_work: OpenUnit, kept: Retention, now: datetime) -> int:
    """Tells up to 100 members who were away for long that they will be erased, once; returns how many."""
    async with unit_of_work() as uow:
        warned = await take_unwarned(uow.session, kept, now, BATCH)
        until = kept.erase_not_before(now)
        for account_id, since in warned:
            words = {"since": _day(since), "until": _day(until)}
            await MailQueue(uow.session).put(MailKind.INACTIVE, account_id, now, **words)
            Ledger(uow.session).write(account_id, LedgerKind.INACTIVITY_NOTICED, now, **words)
        return len(warned)


async def erase_inactive(unit_of_work: OpenUnit, keyring: Keyring, kept: Retention, now: datetime) -> int:
    """Erases one member who was away for too long; returns 0 when there is none."""
    async with unit_of_work() as uow:
        found = await inactive_member(uow.session, kept, now)
        if found is None:
            return 0
        account = await hold_account(uow, found)
        # Asked again under the lock: somebody may have come back just now.
        if account is not None and await inactive_member(uow.session, kept, now, only=found):
            await erase(uow, keyring, account, now)
        return 1


async def remove_unconfirmed(unit_of_work: OpenUnit, keyring: Keyring, kept: Retention, now: datetime) -> int:
    """Removes one account that nobody opened, and frees its address; returns 0 when there is none.

    The others were told a resident's name when they registered, so it is erased there too; of an invitation to a
    staff account nobody was told.
    """
    async with unit_of_work() as uow:
        found = await unconfirmed_account(uow.session, kept, now)
        if found is None:
            return 0
        account = await hold_account(uow, found)
        if account is None or not await unconfirmed_account(uow.session, kept, now, only=found):
            return 1
        if account.is_staff:
            await remove_personal(uow.session, account.id)
            await remove_account(uow.session, account.id)
        else:
            await erase(uow, keyring, account, now)
        return 1


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


async def tidy(unit_of_work: OpenUnit, now: datetime) -> int:
    """Removes up to 100 each of counted tries, links and sessions that are over; returns how many of the most."""
    async with unit_of_work() as uow:
        tries = await Tries(uow.session).remove_old(now, BATCH)
        return max(
            tries,
            await remove_old_links(uow.session, now, BATCH),
            await remove_old_sessions(uow.session, now, BATCH),
        )
