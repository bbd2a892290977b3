"""An administrator reinstates a suspended staff account."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.use_cases.staff_acts import staff_account_for_change, tell_of_change


async def reinstate_staff(uow: UnitOfWork, actor: Principal, *, account_id: UUID, now: datetime) -> None:
    """Lets the owner sign in again, with the factors of before; NotNow unless it is suspended."""
    async with uow:
        account = await staff_account_for_change(uow, actor, account_id)
        account.reinstate()
        await tell_of_change(uow, actor, account, LedgerKind.REINSTATED, MailKind.STAFF_REINSTATED, now)
