"""An account's second factors and devices are forgotten, all of them."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.storage.factors import forget_devices, remove_authenticator


async def forget_factors(uow: UnitOfWork, account: Account, now: datetime) -> None:
    """Inside a transaction that has locked the account: what counted as a second factor counts no more."""
    await remove_authenticator(uow.session, account.id)
    await forget_devices(uow.session, account.id, now)
    account.mails_codes = False
