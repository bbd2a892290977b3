"""A member takes along everything that identity holds about them (P29)."""

from datetime import datetime
from typing import Any

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.accounts import Accounts
from identity.storage.ledger import Ledger
from identity.storage.personal import everything_of
from identity.use_cases.prove_owner import must_be_fresh


async def export(uow: UnitOfWork, actor: Principal, *, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Rows by table, without secrets: these are kept as digests or sealed, and are of no use to anybody else.

    That it was taken stands in the ledger. NotHere, SecondFactorNeeded, SignInAgain.
    """
    async with uow:
        account = await Accounts(uow.session).get_for_change(actor.id)
        if account is None or not account.is_active:
            raise NotHere
        await must_be_fresh(uow, actor, account, now)
        Ledger(uow.session).write(account.id, LedgerKind.EXPORTED, now)
        await uow.session.flush()
        return await everything_of(uow.session, account.id)
