"""An account's second factors and devices are forgotten, all of them."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account
from identity.storage.accounts import Authenticators
from identity.storage.devices import Devices
from identity.storage.mailed_codes import MailedCodes
from identity.storage.passkeys import Challenges, Passkeys
from identity.storage.recovery_codes import RecoveryCodes


async def forget_factors(uow: UnitOfWork, account: Account, now: datetime) -> None:
    """Inside a transaction that has locked the account: what counted as a second factor counts no more."""
    await Authenticators(uow.session).remove(account.id)
    await Passkeys(uow.session).remove_all(account.id)
    await Challenges(uow.session).remove_all(account.id)
    await RecoveryCodes(uow.session).remove_all(account.id)
    await MailedCodes(uow.session).remove(account.id)
    await Devices(uow.session).forget_all(account.id, now)
    account.mails_codes = False
