"""Nobody's details are kept for longer than they are used (P29)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.retention import Retention
from identity.keyring import Keyring
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.personal import remove_personal
from identity.storage.retention import inactive_member, take_unwarned, unconfirmed_account
from identity.storage.tidying import remove_old_links, remove_old_sessions
from identity.storage.tries import Tries
from identity.use_cases.erase import erase, erase_unconfirmed, hold_account
from identity.use_cases.one_by_one import one_by_one

BATCH = 100

OpenUnit = Callable[[], UnitOfWork]


async def warn_inactive(unit_of_work: OpenUnit, kept: Retention, now: datetime) -> int:
    """Tells up to 100 members who were away for long that they will be erased, once; returns how many."""
    async with unit_of_work() as uow:
        warned = await take_unwarned(uow.session, kept, now, BATCH)
        until = kept.erase_not_before(now)
        for account_id, since in warned:
            # The mail may have to be tried for months: how long there is left counts from when it is taken.
            words = {"since": _day(since), "months": str(kept.notice_months)}
            await MailQueue(uow.session).put(MailKind.INACTIVE, account_id, now, **words)
            noticed = {"since": _day(since), "until": _day(until)}
            Ledger(uow.session).write(account_id, LedgerKind.INACTIVITY_NOTICED, now, **noticed)
        return len(warned)


async def erase_inactive(unit_of_work: OpenUnit, keyring: Keyring, kept: Retention, now: datetime) -> int:
    """Erases the members who were away for too long, each in a transaction of its own; returns how many."""

    async def due(uow: UnitOfWork, after: UUID | None) -> UUID | None:
        return await inactive_member(uow.session, kept, now, after=after)

    async def act(uow: UnitOfWork, found: UUID) -> bool:
        account = await hold_account(uow, found)
        # Asked again under the lock: somebody may have come back just now.
        if account is None or not await inactive_member(uow.session, kept, now, only=found):
            return False
        await erase(uow, keyring, account, now)
        return True

    return await one_by_one(unit_of_work, due, act)


async def remove_unconfirmed(unit_of_work: OpenUnit, kept: Retention, now: datetime) -> int:
    """Empties the accounts that nobody opened and frees their addresses, each by itself; returns how many.

    The others were told a resident's name when they registered, so it is erased there too; of an invitation to a
    staff account nobody was told. Its id stays, for the ledger of who invited.
    """

    async def due(uow: UnitOfWork, after: UUID | None) -> UUID | None:
        return await unconfirmed_account(uow.session, kept, now, after=after)

    async def act(uow: UnitOfWork, found: UUID) -> bool:
        account = await hold_account(uow, found)
        if account is None or not await unconfirmed_account(uow.session, kept, now, only=found):
            return False
        if not account.is_staff:
            await erase_unconfirmed(uow, account, now)
            return True
        account.erase()
        await uow.session.flush()
        await remove_personal(uow.session, account.id)
        return True

    return await one_by_one(unit_of_work, due, act)


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
