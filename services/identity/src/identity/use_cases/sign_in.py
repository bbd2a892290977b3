"""Somebody signs in with a password and, where they have one, a second factor."""

from dataclasses import dataclass
from datetime import datetime

from shared.auth.principal import Assurance
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account
from identity.domain.devices import Device
from identity.domain.errors import CodeNeeded, CodeRefused, SignInRefused
from identity.domain.factors import Shown
from identity.domain.guessing import Lane
from identity.domain.ledger import LedgerKind
from identity.domain.sessions import Session
from identity.keyring import Keyring
from identity.passwords import Hasher
from identity.storage.accounts import Accounts
from identity.storage.devices import Devices
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
    async with hasher.turn():
        return await _sign_in(uow, reading, counting, keyring, hasher, shown, arrival, now)


async def _sign_in(
    uow: UnitOfWork,
    reading: UnitOfWork,
    counting: Counting,
    keyring: Keyring,
    hasher: Hasher,
    shown: Credentials,
    arrival: Arrival,
    now: datetime,
) -> Opened:
    async with reading:
        account = await Accounts(reading.session).by_email(shown.email, shown.shared_as)
        device = await _known_device(reading, account, arrival)
        if device is not None:
            lanes = {Lane.DEVICE: str(device.id)}
        else:
            lanes = {Lane.ACCOUNT: account_lane(shown.email, shown.shared_as), Lane.SOURCE: arrival.source}
        attempt = await counting.begin(reading, lanes, f"{shown.password}\n{shown.code}", now)
    async with attempt:
        # Hashed between two transactions: sign-ins that wait for a core hold no connection meanwhile. The first is
        # one without a claim, which under an idempotency key would keep it open.
        if not await hasher.matches(account.password_hash if account else None, shown.password) or account is None:
            raise SignInRefused
        checked_hash = account.password_hash or ""
        renewed_hash = await hasher.renewed(checked_hash, shown.password)
        async with uow:
            await hold_shown(uow, arrival.browser)
            account = await Accounts(uow.session).get_for_change(account.id)
            if account is None or not account.is_active or account.password_hash != checked_hash:
                raise SignInRefused
            account.password_hash = renewed_hash
            tokens = await _open(uow, keyring, account, shown.code, arrival, now)
            if tokens is not None or shown.code is None:
                await attempt.succeeded(uow)
        # Told after the commit: a mail with a code is due, or a try of one was counted.
        if tokens is None:
            raise CodeNeeded if shown.code is None else SignInRefused
        return tokens


async def _open(
    uow: UnitOfWork, keyring: Keyring, account: Account, code: str | None, arrival: Arrival, now: datetime
) -> Opened | None:
    if not account.is_staff and not (await factors_of(uow, account)).any:
        return await come_in(uow, keyring, account, arrival, None, now)
    if code is None:
        device = await _known_device(uow, account, arrival)
        if device is not None and device.remembered and not account.is_staff:
            return await come_in(uow, keyring, account, arrival, None, now)
        await mail_code_if_chosen(uow, account, now)
        return None
    try:
        factor = await take_second_factor(uow, keyring, account, code, now)
    except CodeRefused:
        return None
    return await come_in(uow, keyring, account, arrival, factor, now)


async def come_in(
    uow: UnitOfWork, keyring: Keyring, account: Account, arrival: Arrival, factor: Shown | None, now: datetime
) -> Opened:
    """Opens a session for somebody who has shown enough, on the device that they came with.

    Staff who showed a recovery code have one factor, to enrol again (P30).
    """
    device, device_token = await arrive(uow, account, arrival, now)
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
    account.last_active_at, account.warned_at = now, None
    Ledger(uow.session).write(account.id, LedgerKind.SIGNED_IN, now, device=device.label)
    await uow.session.flush()
    return await issue_first(uow, keyring, session, now, arrival.browser, device_token)


async def _known_device(uow: UnitOfWork, account: Account | None, arrival: Arrival) -> Device | None:
    if account is None or arrival.device_token is None:
        return None
    return await Devices(uow.session).known(account.id, digest(arrival.device_token))
