"""An administrator suspends a staff account."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.use_cases.shut_out import shut_out
from identity.use_cases.staff_acts import staff_account_for_change, tell_of_change


async def suspend_staff(uow: UnitOfWork, actor: Principal, *, account_id: UUID, now: datetime) -> None:
    """Shuts the account until somebody reinstates it: sessions end, links die, devices are forgotten at once."""
    async with uow:
        account = await staff_account_for_change(uow, actor, account_id)
        account.suspend()
        await shut_out(uow, account.id, now)
        await tell_of_change(uow, actor, account, LedgerKind.SUSPENDED, MailKind.STAFF_SUSPENDED, now)
