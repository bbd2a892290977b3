"""A fellow officer vouches for somebody who lost everything (P30)."""

from dataclasses import dataclass
from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.domain.recoveries import Recovery, seasoned
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.mail_queue import MailQueue
from identity.storage.offices import are_fellow_officers
from identity.storage.recoveries import Recoveries


@dataclass(frozen=True, slots=True)
class Standing:
    """A recovery as a fellow officer may see it: whose account it is, and how far it has come."""

    reference: str
    display_name: str
    asked_at: datetime
    vouches: int
    waits_until: datetime | None


async def look_at_recovery(uow: UnitOfWork, actor: Principal, *, reference: str, now: datetime) -> Standing:
    """Whose account it is that somebody asks for. NotHere unless the actor is a fellow officer of that person."""
    async with uow:
        recoveries = Recoveries(uow.session)
        recovery = await recoveries.by_reference(reference)
        account = await _vouchable(uow, actor, recovery, now)
        if recovery is None or account is None:
            raise NotHere
        return await _standing(recoveries, recovery, account)


async def vouch(uow: UnitOfWork, actor: Principal, *, reference: str, now: datetime) -> Standing:
    """The actor says that it is them. With the second person who does, 72 hours begin, and the owner is told again.

    NotHere for oneself, and unless both hold an office of one group since thirty days before it was asked for. Saying
    it again changes nothing.
    """
    async with uow:
        recoveries = Recoveries(uow.session)
        asked = await recoveries.by_reference(reference)
        if asked is None:
            raise NotHere
        # In one order: two officers may vouch for one another at the same time.
        for account_id in sorted((asked.account_id, actor.id)):
            await Accounts(uow.session).get_for_change(account_id)
        # Read again under the account's lock, where stopping, claiming and other vouches wait for one another.
        recovery = await recoveries.by_reference(reference)
        account = await _vouchable(uow, actor, recovery, now)
        if recovery is None or account is None:
            raise NotHere
        if await recoveries.vouch(recovery.id, actor.id, now):
            await _tell(uow, recovery, account, actor, now)
            await uow.session.refresh(recovery)
        return await _standing(recoveries, recovery, account)


async def _tell(uow: UnitOfWork, recovery: Recovery, account: Account, actor: Principal, now: datetime) -> None:
    ledger = Ledger(uow.session)
    ledger.write(account.id, LedgerKind.RECOVERY_VOUCHED, now, reference=recovery.reference, by=str(actor.id))
    waits_until = await Recoveries(uow.session).begin_waiting(recovery.id, now)
    if waits_until is not None:
        until = f"{waits_until.day} {waits_until:%B %Y at %H:%M} UTC"
        ledger.write(account.id, LedgerKind.RECOVERY_WAITS, now, reference=recovery.reference, until=until)
        await MailQueue(uow.session).put(MailKind.RECOVERY_WAITS, account.id, now, until=until)


async def _vouchable(uow: UnitOfWork, actor: Principal, recovery: Recovery | None, now: datetime) -> Account | None:
    if recovery is None or not recovery.is_open(now):
        return None
    if not await are_fellow_officers(uow.session, actor.id, recovery.account_id, seasoned(recovery)):
        return None
    account = await Accounts(uow.session).get(recovery.account_id)
    return account if account is not None and account.is_active else None


async def _standing(recoveries: Recoveries, recovery: Recovery, account: Account) -> Standing:
    vouches = await recoveries.count_vouches(recovery.id)
    return Standing(recovery.reference, account.display_name, recovery.asked_at, vouches, recovery.waits_until)
