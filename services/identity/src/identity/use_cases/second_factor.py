"""A second factor is shown: the one place where sessions, step-ups and changes ask for it."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.domain.factors import Factors
from identity.keyring import Keyring
from identity.storage.accounts import Authenticators
from identity.use_cases.codes import take_code


async def factors_of(uow: UnitOfWork, account: Account) -> Factors:
    """What this account could show now."""
    return Factors(app=await Authenticators(uow.session).confirmed_of(account.id) is not None)


async def take_second_factor(uow: UnitOfWork, keyring: Keyring, account: Account, code: str, now: datetime) -> None:
    """Uses a code up; CodeRefused when it is wrong or was used before, NoAuthenticator where there is none to show."""
    authenticators = Authenticators(uow.session)
    await take_code(authenticators, keyring, await authenticators.confirmed_of(account.id), code, now)
