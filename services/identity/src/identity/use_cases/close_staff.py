"""An administrator closes the staff account of somebody who left."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.providers import ProviderSubjects
from identity.use_cases.forget_factors import forget_factors
from identity.use_cases.shut_out import shut_out
from identity.use_cases.staff_acts import staff_account_for_change, tell_of_change


async def close_staff(uow: UnitOfWork, actor: Principal, *, account_id: UUID, now: datetime) -> None:
    """Shuts the account for good and forgets whatever opened it; NotNow where it is closed already.

    Its id stays for what was done with it. Its address is free: whoever comes back is invited to a new account.
    """
    async with uow:
        account = await staff_account_for_change(uow, actor, account_id)
        account.close()
        await shut_out(uow, account.id, now)
        await forget_factors(uow, account, now)
        account.password_hash = None
        await ProviderSubjects(uow.session).unlink_all(account.id)
        await tell_of_change(uow, actor, account, LedgerKind.CLOSED, MailKind.STAFF_CLOSED, now)
