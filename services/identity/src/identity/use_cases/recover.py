"""The owner of an account claims it, or stops somebody else from doing so (P30)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import LinkNotValid, NotHere, RecoveryNotReady
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import LinkPurpose, MailKind
from identity.domain.passwords import check_password
from identity.domain.recoveries import VOUCHES_NEEDED, seasoned
from identity.passwords import COMMON, Hasher
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.links import Links, digest
from identity.storage.mail_queue import MailQueue
from identity.storage.offices import are_fellow_officers
from identity.storage.recoveries import Recoveries
from identity.storage.sessions import Sessions
from identity.use_cases.change_password import set_password
from identity.use_cases.drop_email_change import drop_email_change
from identity.use_cases.erase import end_appointment_of, hold_account
from identity.use_cases.forget_factors import forget_factors


async def claim_recovery(
    uow: UnitOfWork, reading: UnitOfWork, hasher: Hasher, *, claim: str, password: str, now: datetime
) -> None:
    """Sets a new password after the wait and forgets every factor, device, session and link; the owner is told.

    RecoveryNotReady, WeakPassword.
    """
    check_password(password, common=COMMON)
    async with reading:
        is_known = await Recoveries(reading.session).account_of_claim(digest(claim)) is not None
    # Only for a claim that there is, or anybody could keep every core busy.
    password_hash = await hasher.hash(password) if is_known else ""
    async with uow:
        recoveries = Recoveries(uow.session)
        account_id = await recoveries.account_of_claim(digest(claim))
        account = await hold_account(uow, account_id) if account_id else None
        if account is None or not account.is_active or not is_known:
            raise RecoveryNotReady
        if not await _still_vouched(uow, digest(claim), account.id) or not await recoveries.use(digest(claim), now):
            raise RecoveryNotReady
        set_password(account, password, password_hash, beside_a_factor=False)
        await forget_factors(uow, account, now)
        await drop_email_change(uow, account.id)
        # The staff plane is not given by fellow officers: an administrator appoints anew (P1).
        await end_appointment_of(uow, account, now)
        await Sessions(uow.session).end_all(account.id, now)
        await recoveries.stop_all(account.id, now)
        await Links(uow.session).forget_all(account.id)
        Ledger(uow.session).write(account.id, LedgerKind.RECOVERED, now)
        await MailQueue(uow.session).put(MailKind.RECOVERED, account.id, now)


async def _still_vouched(uow: UnitOfWork, claim_digest: bytes, account_id: UUID) -> bool:
    """Whether enough of those who vouched are fellow officers still."""
    recovery = await Recoveries(uow.session).by_claim(claim_digest)
    if recovery is None:
        return False
    vouchers = await Recoveries(uow.session).vouchers(recovery.id)
    still = [await are_fellow_officers(uow.session, each, account_id, seasoned(recovery)) for each in vouchers]
    return still.count(True) >= VOUCHES_NEEDED


async def stop_recovery_by_link(uow: UnitOfWork, *, secret: str, now: datetime) -> None:
    """Stops every recovery of the account that was written to; LinkNotValid for any other secret."""
    async with uow:
        links = Links(uow.session)
        account_id = await links.look(LinkPurpose.STOP_RECOVERY, secret, now)
        account = await Accounts(uow.session).get_for_change(account_id) if account_id else None
        if account is None or await links.use(LinkPurpose.STOP_RECOVERY, secret, now) is None:
            raise LinkNotValid
        await _stop(uow, account.id, now)


async def stop_own_recovery(uow: UnitOfWork, actor: Principal, *, now: datetime) -> None:
    """Stops every recovery of the actor's own account; where there is none, nothing changes."""
    async with uow:
        if await Accounts(uow.session).get_for_change(actor.id) is None:
            raise NotHere
        await _stop(uow, actor.id, now)


async def forget_old_recoveries(unit_of_work: Callable[[], UnitOfWork], now: datetime) -> int:
    """Removes the recoveries that have run out after thirty days; returns how many."""
    async with unit_of_work() as uow:
        return await Recoveries(uow.session).remove_expired(now)


async def _stop(uow: UnitOfWork, account_id: UUID, now: datetime) -> None:
    if await Recoveries(uow.session).stop_all(account_id, now):
        Ledger(uow.session).write(account_id, LedgerKind.RECOVERY_STOPPED, now)
