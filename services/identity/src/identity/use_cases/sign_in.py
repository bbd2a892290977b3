"""Somebody signs in with a password and, where they have one, a second factor."""

from dataclasses import dataclass
from datetime import datetime

from shared.auth.principal import Assurance
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account
from identity.domain.devices import Device
from identity.domain.errors import CodeNeeded, CodeRefused, NoAuthenticator, SignInRefused
from identity.domain.factors import Shown
from identity.domain.guessing import Lane
from identity.domain.ledger import LedgerKind
from identity.domain.sessions import Session
from identity.keyring import Keyring
from identity.passwords import Hasher
from identity.storage.arrivals import Arrivals, Known
from identity.storage.ledger import Ledger
from identity.storage.links import digest
from identity.storage.sessions import Sessions
from identity.use_cases.count_tries import Counting, account_lane
from identity.use_cases.issue_tokens import Opened, issue_first
from identity.use_cases.keep_in_browser import hold_shown
from identity.use_cases.recognise_device import Arrival, arrive
from identity.use_cases.second_factor import factors_of, mail_code_if_chosen, take_second_factor


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody shows to come in."""

    email: str
    shared_as: str
    password: str
    code: str | None


async def sign_in(
    uow: UnitOfWork,
    reading: UnitOfWork,
    counting: Counting,
    keyring: Keyring,
    hasher: Hasher,
    shown: Credentials,
    arrival: Arrival,
    now: datetime,
) -> Opened:
    """Opens a session on the account's one plane (P1). Unknown, unconfirmed and wrong are one refusal.

    Staff never come in without a code (P30), and with a recovery code as one factor, to enrol again. Members with a
    second factor are asked for it except on a device that they chose to have remembered. That a code is missing is
    said only to who knows the password. A device that signed in before is counted by itself, so that others' guesses
    never hold its owner off.
    """
    device_digest = digest(arrival.device_token) if arrival.device_token else None
    async with reading:
        seen = await Arrivals(reading.session).look(shown.email, shown.shared_as, device_digest)
        if seen is not None and seen.device_id is not None:
            lanes = {Lane.DEVICE: str(seen.device_id)}
        else:
            lanes = {Lane.ACCOUNT: account_lane(shown.email, shown.shared_as), Lane.SOURCE: arrival.source}
        attempt = await counting.begin(reading, lanes, f"{shown.password}\n{shown.code}", now)
    async with attempt:
        # Hashed between two transactions: sign-ins that wait for a core hold no connection meanwhile. The first is
        # one without a claim, which under an idempotency key would keep it open.
        if not await hasher.matches(seen.password_hash if seen else None, shown.password) or seen is None:
            raise SignInRefused
        checked_hash = seen.password_hash or ""
        renewed_hash = await hasher.renewed(checked_hash, shown.password)
        async with uow:
            await hold_shown(uow, arrival.browser)
            known = await Arrivals(uow.session).for_change(seen)
            if known is None or not known.account.is_active or known.account.password_hash != checked_hash:
                raise SignInRefused
            known.account.password_hash = renewed_hash
            tokens = await _open(uow, keyring, known, shown.code, arrival, now)
            if tokens is not None or shown.code is None:
                await attempt.succeeded(uow)
        # Told after the commit: a mail with a code is due, or a try of one was counted.
        if tokens is None:
            raise CodeNeeded if shown.code is None else SignInRefused
        return tokens


async def _open(
    uow: UnitOfWork,
    keyring: Keyring,
    known: Known,
    code: str | None,
    arrival: Arrival,
    now: datetime,
) -> Opened | None:
    account, device, _ = known
    factor = None
    if code is None:
        trusted = device is not None and device.remembered and not account.is_staff
        if not trusted and await _needs_a_code(uow, account):
            await mail_code_if_chosen(uow, account, now)
            return None
    else:
        # Asked for first, and what else there is only afterwards: nearly everybody who shows a code has a right one.
        try:
            factor = await take_second_factor(uow, keyring, account, code, now)
        except CodeRefused:
            if await _needs_a_code(uow, account):
                return None
        except NoAuthenticator:
            if await _needs_a_code(uow, account):
                raise
    return await come_in(uow, keyring, account, device, arrival, factor, now)


async def _needs_a_code(uow: UnitOfWork, account: Account) -> bool:
    return account.is_staff or (await factors_of(uow, account)).any


async def come_in(
    uow: UnitOfWork,
    keyring: Keyring,
    account: Account,
    device: Device | None,
    arrival: Arrival,
    factor: Shown | None,
    now: datetime,
) -> Opened:
    """Opens a session for somebody who has shown enough, on the device that they came with.

    Staff who showed a recovery code have one factor, to enrol again (P30).
    """
    device, device_token = await arrive(uow, account, device, arrival, now)
    session = Session(
        id=new_id(),
        account_id=account.id,
        plane=account.plane,
        role=account.role,
        organisation_id=account.organisation_id,
        assurance=Assurance.ONE_FACTOR,
        authenticated_at=now,
        opened_at=now,
        last_used_at=now,
        areas=list(account.areas),
        device_id=device.id,
        remembered=device.remembered,
    )
    if factor is not None:
        session.take_note_of(factor, now)
    Sessions(uow.session).add(session)
    account.note_activity(now)
    Ledger(uow.session).write(account.id, LedgerKind.SIGNED_IN, now, device=device.label)
    await uow.session.flush()
    return await issue_first(uow, keyring, session, now, arrival.browser, device_token)
