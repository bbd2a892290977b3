"""A person is erased: here at once, and in every other service as each of them answers (P29)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.contracts.identity import PersonErased
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.erasures import Erasure
from identity.domain.errors import NotHere
from identity.domain.guessing import Lane
from identity.keyring import Keyring
from identity.passwords import Hasher
from identity.storage.accounts import Accounts, Appointments
from identity.storage.appointment_offers import Offers
from identity.storage.consents import ConsentReceipts, Consents
from identity.storage.erasures import Erasures
from identity.storage.personal import remove_personal
from identity.storage.sessions import Sessions
from identity.use_cases.count_tries import Counting
from identity.use_cases.prove_owner import check_password_of, must_be_the_owner
from identity.use_cases.tell import appointment_event, consent_event


async def erase_own_account(
    uow: UnitOfWork,
    reading: UnitOfWork,
    counting: Counting,
    keyring: Keyring,
    hasher: Hasher,
    actor: Principal,
    *,
    password: str | None,
    now: datetime,
) -> None:
    """Erases the member who asks and has shown who they are. NotHere, SecondFactorNeeded, NotYourPassword."""
    async with counting.counted({Lane.CODE: str(actor.id)}, password or "", now) as attempt:
        matched_hash = await check_password_of(reading, hasher, actor, password)
        async with uow:
            account = await hold_account(uow, actor.id)
            if account is None or account.is_staff or not account.is_active:
                raise NotHere
            await must_be_the_owner(uow, actor, account, matched_hash, now)
            await erase(uow, keyring, account, now)
            await attempt.succeeded(uow)


async def hold_account(uow: UnitOfWork, account_id: UUID) -> Account | None:
    """The account and its sessions, locked in the order in which everybody locks them."""
    await Sessions(uow.session).lock_all(account_id)
    return await Accounts(uow.session).get_for_change(account_id)


async def erase(uow: UnitOfWork, keyring: Keyring, account: Account, now: datetime) -> None:
    """Inside a transaction that has held the account: leaves nothing of the person here and asks the others.

    The address waits, sealed, for the receipt; one that was never confirmed gets none, for it may be a stranger's.
    """
    sealed = keyring.seal(account.id, account.email.encode()) if account.is_active else None
    await _leave_nothing(uow, account, sealed, now)


async def erase_unconfirmed(uow: UnitOfWork, account: Account, now: datetime) -> None:
    """The same for an account whose owner never showed that the address is theirs; nobody gets a receipt."""
    await _leave_nothing(uow, account, None, now)


async def _leave_nothing(uow: UnitOfWork, account: Account, sealed: bytes | None, now: datetime) -> None:
    await Sessions(uow.session).end_all(account.id, now)
    await Sessions(uow.session).part_from_devices(account.id)
    await _withdraw_consents(uow, account.id, now)
    # Whoever only registered an address, or shares its mailbox, takes nothing away that was asked of it.
    is_theirs = account.is_active and not account.shared_as
    await Offers(uow.session).forget(account.id, account.email if is_theirs else None)
    account.erase()
    await end_appointment_of(uow, account, now)
    await uow.session.flush()
    await remove_personal(uow.session, account.id)
    Erasures(uow.session).add(Erasure(account.id, now, now, sealed))
    uow.record(PersonErased(person_id=account.id, version=account.version))


async def _withdraw_consents(uow: UnitOfWork, person_id: UUID, now: datetime) -> None:
    for consent in await Consents(uow.session).of(person_id):
        if consent.is_given:
            consent.withdraw(now)
            ConsentReceipts(uow.session).write(consent, now)
            uow.record(consent_event(consent))


async def end_appointment_of(uow: UnitOfWork, account: Account, now: datetime) -> None:
    """Ends a coordinator's appointment, where there is one, inside a transaction that has locked the account."""
    appointment = await Appointments(uow.session).get(account.id)
    if appointment is not None and appointment.ended_at is None:
        appointment.ended_at = now
        appointment.version += 1
        uow.record(appointment_event(appointment, account))
