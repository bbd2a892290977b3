"""Reading without changing: the own account, consents, organisations, ended sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Consent, Organisation
from identity.domain.errors import NotHere
from identity.domain.factors import Factors
from identity.domain.passkeys import Passkey
from identity.storage.accounts import Accounts
from identity.storage.organisations import Consents, Organisations
from identity.storage.passkeys import Passkeys
from identity.storage.sessions import Sessions
from identity.use_cases.second_factor import factors_of


async def account_of(uow: UnitOfWork, actor: Principal) -> Account:
    """The actor's own account."""
    async with uow:
        account = await Accounts(uow.session).get(actor.id)
    if account is None:
        raise NotHere
    return account


async def own_factors(uow: UnitOfWork, actor: Principal) -> Factors:
    """Which second factors the actor has; never a secret of them."""
    async with uow:
        account = await Accounts(uow.session).get(actor.id)
        if account is None:
            raise NotHere
        return await factors_of(uow, account)


async def passkeys_of(uow: UnitOfWork, actor: Principal) -> Sequence[Passkey]:
    """The actor's own passkeys, oldest first."""
    async with uow:
        return await Passkeys(uow.session).of(actor.id)


async def consents_of(uow: UnitOfWork, actor: Principal) -> Sequence[Consent]:
    """The actor's own consents, oldest first."""
    async with uow:
        return await Consents(uow.session).of(actor.id)


async def organisations(uow: UnitOfWork) -> Sequence[Organisation]:
    """All organisations by name; that they exist is no secret."""
    async with uow:
        return await Organisations(uow.session).all()


async def sessions_ended_since(uow: UnitOfWork, moment: datetime) -> Sequence[UUID]:
    """What the gateway must no longer let in."""
    async with uow:
        return await Sessions(uow.session).ended_since(moment)
