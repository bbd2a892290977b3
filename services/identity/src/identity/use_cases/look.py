"""Reading without changing: the own account, consents, organisations, ended sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Consent, Organisation
from identity.domain.errors import NotHere
from identity.storage.accounts import Accounts
from identity.storage.machines import MachineClients
from identity.storage.organisations import Consents, Organisations
from identity.storage.sessions import Sessions


async def account_of(uow: UnitOfWork, actor: Principal) -> Account:
    """The actor's own account."""
    async with uow:
        account = await Accounts(uow.session).get(actor.id)
    if account is None:
        raise NotHere
    return account


async def consents_of(uow: UnitOfWork, actor: Principal) -> Sequence[Consent]:
    """The actor's own consents, oldest first."""
    async with uow:
        return await Consents(uow.session).of(actor.id)


async def organisations(uow: UnitOfWork) -> Sequence[Organisation]:
    """All organisations by name; that they exist is no secret."""
    async with uow:
        return await Organisations(uow.session).all()


async def sessions_ended_since(uow: UnitOfWork, moment: datetime) -> Sequence[UUID]:
    """What the gateway must no longer let in: sessions that ended, and machine clients that were revoked."""
    async with uow:
        clients = await MachineClients(uow.session).revoked_since(moment)
        return [*await Sessions(uow.session).ended_since(moment), *clients]
