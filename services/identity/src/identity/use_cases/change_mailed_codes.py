"""A member chooses codes by e-mail, or ends that (P30)."""

from dataclasses import replace
from datetime import datetime

from shared.auth.errors import WrongPlane
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.storage.devices import Devices
from identity.storage.mailed_codes import MailedCodes
from identity.use_cases.own_account import account_to_change, settle_removal
from identity.use_cases.tell_owner import tell_owner


async def change_mailed_codes(uow: UnitOfWork, actor: Principal, *, is_chosen: bool, now: datetime) -> None:
    """Does so and tells the owner; saying again what already holds changes nothing. Never for staff accounts.

    LastFactor where the password is too short to stand alone.
    """
    async with uow:
        account, factors = await account_to_change(uow, actor, now)
        if account.is_staff:
            raise WrongPlane
        if account.mails_codes is is_chosen:
            return
        if not is_chosen:
            await settle_removal(uow, account, replace(factors, mailed_codes=False), now)
            await MailedCodes(uow.session).remove(account.id)
        else:
            await Devices(uow.session).remember_only(account.id, None)
        account.mails_codes = is_chosen
        kind = LedgerKind.MAILED_CODES_CHOSEN if is_chosen else LedgerKind.MAILED_CODES_ENDED
        await tell_owner(uow, account.id, kind, now)
