"""An administrator changes the areas of a staff account (P5)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.sessions import Sessions
from identity.use_cases.staff_acts import staff_account_for_change, tell_of_change


async def change_staff_areas(
    uow: UnitOfWork, actor: Principal, *, account_id: UUID, areas: list[str], now: datetime
) -> None:
    """Sets the areas. An open session learns of new ones as it goes on; who loses one is signed out at once."""
    async with uow:
        account = await staff_account_for_change(uow, actor, account_id)
        before = set(account.areas)
        if before == set(areas):
            return
        account.change_areas(areas)
        if before - set(areas):
            await Sessions(uow.session).end_all(account.id, now)
        kinds = LedgerKind.AREAS_CHANGED, MailKind.AREAS_CHANGED
        await tell_of_change(uow, actor, account, *kinds, now, areas=", ".join(areas))
