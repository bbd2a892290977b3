"""Somebody removes one of their passkeys."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.passkeys import Passkeys
from identity.use_cases.own_account import account_to_change, settle_removal
from identity.use_cases.tell_owner import tell_owner


async def remove_passkey(uow: UnitOfWork, actor: Principal, *, passkey_id: UUID, now: datetime) -> None:
    """Forgets it; NotHere where the actor has no such, LastStrongFactor or LastFactor where it must stay."""
    async with uow:
        account, factors = await account_to_change(uow, actor, now)
        label = await Passkeys(uow.session).remove(account.id, passkey_id)
        if label is None:
            raise NotHere
        await settle_removal(uow, account, replace(factors, passkeys=factors.passkeys - 1), now)
        await tell_owner(uow, account.id, LedgerKind.PASSKEY_REMOVED, now, label=label)
