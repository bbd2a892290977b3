"""Somebody signs in with a password and, where they have an authenticator app, its code."""

from datetime import datetime

from shared.auth.principal import Assurance
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account
from identity.domain.errors import CodeNeeded, CodeRefused, SignInRefused
from identity.domain.factors import Shown
from identity.domain.sessions import Session
from identity.keyring import Keyring
from identity.passwords import Hasher
from identity.storage.accounts import Accounts
from identity.storage.sessions import RefreshTokens, Sessions
from identity.use_cases.issue_tokens import Tokens, issue_first_tokens
from identity.use_cases.second_factor import factors_of, mail_code_if_chosen, take_second_factor


async def sign_in(
    uow: UnitOfWork,
    reading: UnitOfWork,
    keyring: Keyring,
    hasher: Hasher,
    *,
    email: str,
    password: str,
    code: str | None,
    now: datetime,
) -> Tokens:
    """Opens a session on the account's one plane (P1). Unknown, unconfirmed and wrong are one refusal.

    Staff never come in without a code (P30), and with a recovery code as one factor, to enrol again. That a code is
    missing is said only to who knows the password.
    """
    async with reading:
        account = await Accounts(reading.session).by_email(email)
    # Hashed between two transactions: sign-ins that wait for a core hold no connection meanwhile. The first is one
    # without a claim, which under an idempotency key would keep it open.
    if not await hasher.matches(account.password_hash if account else None, password) or account is None:
        raise SignInRefused
    checked_hash = account.password_hash
    async with uow:
        account = await Accounts(uow.session).get_for_change(account.id)
        if account is None or not account.is_active or account.password_hash != checked_hash:
            raise SignInRefused
        asks_for_code = account.is_staff or (await factors_of(uow, account)).any
        shown: Shown | None = None
        if asks_for_code and code is None:
            await mail_code_if_chosen(uow, account, now)
        elif asks_for_code and code is not None:
            try:
                shown = await take_second_factor(uow, keyring, account, code, now)
            except CodeRefused:
                pass  # told after the commit, which keeps the count of tries
        if shown is not None or not asks_for_code:
            session = open_session(account, two_factors=False, now=now)
            if shown is not None:
                session.take_note_of(shown, now)
            Sessions(uow.session).add(session)
            await uow.session.flush()
            return issue_first_tokens(RefreshTokens(uow.session), keyring, session, now)
    # Both are told after the commit: a mail is due, or a try of a mailed code was counted.
    raise CodeNeeded if code is None else SignInRefused


def open_session(account: Account, *, two_factors: bool, now: datetime) -> Session:
    """A fresh session as the account is now."""
    return Session(
        id=new_id(),
        account_id=account.id,
        plane=account.plane,
        role=account.role,
        organisation_id=account.organisation_id,
        assurance=Assurance.TWO_FACTORS if two_factors else Assurance.ONE_FACTOR,
        authenticated_at=now,
        opened_at=now,
        last_used_at=now,
        areas=list(account.areas),
    )
