"""Whoever asks for what cannot be undone shows first that the account is theirs."""

from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.errors import NotYourPassword, SignInAgain
from identity.domain.permissions import FRESH, need_fresh_factor
from identity.passwords import Hasher
from identity.storage.accounts import Accounts
from identity.use_cases.second_factor import factors_of


async def check_password_of(reading: UnitOfWork, hasher: Hasher, actor: Principal, password: str | None) -> str | None:
    """The hash that this password matches; None where it matches none. Hashed outside any transaction."""
    async with reading:
        account = await Accounts(reading.session).get(actor.id)
    if account is None or password is None or not await hasher.matches(account.password_hash, password):
        return None
    return account.password_hash


async def must_be_the_owner(
    uow: UnitOfWork, actor: Principal, account: Account, matched_hash: str | None, now: datetime
) -> None:
    """A second factor within five minutes where there is one, else the password, whose hash is still `matched_hash`.

    SecondFactorNeeded, NotYourPassword.
    """
    factors = await factors_of(uow, account)
    need_fresh_factor(actor, factors, now)
    if factors.any:
        return
    if matched_hash is None or matched_hash != account.password_hash:
        raise NotYourPassword


async def must_be_fresh(uow: UnitOfWork, actor: Principal, account: Account, now: datetime) -> None:
    """What there is to show was shown within five minutes: a second factor, else the password.

    SecondFactorNeeded, SignInAgain.
    """
    factors = await factors_of(uow, account)
    need_fresh_factor(actor, factors, now)
    if factors.any:
        return
    if now - actor.authenticated_at > FRESH:
        raise SignInAgain
