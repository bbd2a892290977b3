"""Reading without changing: the own account, consents, organisations, ended sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Consent, Organisation
from identity.domain.consents import ConsentReceipt
from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerEntry
from identity.storage.accounts import Accounts
from identity.storage.consents import ConsentReceipts, Consents
from identity.storage.ledger import Ledger
from identity.storage.organisations import Organisations
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


async def consent_receipts_of(uow: UnitOfWork, actor: Principal) -> Sequence[ConsentReceipt]:
    """What the actor said to organisations, oldest first, also what is withdrawn."""
    async with uow:
        return await ConsentReceipts(uow.session).of(actor.id)


async def ledger_of(uow: UnitOfWork, actor: Principal, *, after: UUID | None, limit: int) -> Sequence[LedgerEntry]:
    """What happened to the actor's own account, newest first, older than `after`."""
    async with uow:
        return await Ledger(uow.session).page(actor.id, after=after, most=limit)


async def organisations(uow: UnitOfWork) -> Sequence[Organisation]:
    """All organisations by name; that they exist is no secret."""
    async with uow:
        return await Organisations(uow.session).all()


async def sessions_ended_since(uow: UnitOfWork, moment: datetime) -> Sequence[UUID]:
    """What the gateway must no longer let in."""
    async with uow:
        return await Sessions(uow.session).ended_since(moment)
