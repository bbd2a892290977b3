"""Somebody removes their authenticator app."""

from dataclasses import replace
from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NoAuthenticator
from identity.domain.ledger import LedgerKind
from identity.storage.accounts import Authenticators
from identity.use_cases.own_account import account_to_change, settle_removal
from identity.use_cases.tell_owner import tell_owner


async def remove_authenticator(uow: UnitOfWork, actor: Principal, *, now: datetime) -> None:
    """Forgets the app; NoAuthenticator where there is none, LastStrongFactor or LastFactor where it must stay."""
    async with uow:
        account, factors = await account_to_change(uow, actor, now)
        if not factors.app:
            raise NoAuthenticator
        await settle_removal(uow, account, replace(factors, app=False), now)
        await Authenticators(uow.session).remove(account.id)
        await tell_owner(uow, account.id, LedgerKind.AUTHENTICATOR_REMOVED, now)
