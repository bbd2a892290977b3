"""Reading without changing: the own account, consents, organisations, ended sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Plane, Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.accounts import Account, Consent, Organisation
from identity.domain.consents import ConsentReceipt
from identity.domain.devices import Device
from identity.domain.errors import NotHere
from identity.domain.factors import Factors
from identity.domain.ledger import LedgerEntry
from identity.domain.passkeys import Passkey
from identity.storage.accounts import Accounts
from identity.storage.consents import ConsentReceipts, Consents
from identity.storage.devices import Devices
from identity.storage.ledger import Ledger
from identity.storage.machines import MachineClients
from identity.storage.organisations import Organisations
from identity.storage.passkeys import Passkeys
from identity.storage.sessions import BrowserSessions, Sessions
from identity.use_cases.recognise_device import UNNAMED
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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One of somebody's sessions, for them to see."""

    id: UUID
    plane: Plane
    device_id: UUID | None
    device: str
    opened_at: datetime
    last_used_at: datetime
    is_current: bool


async def sessions_of(uow: UnitOfWork, actor: Principal, now: datetime) -> Sequence[SignedIn]:
    """The actor's own open sessions on every plane, the last used first."""
    async with uow:
        devices = {device.id: device.label for device in await Devices(uow.session).of(actor.id)}
        return [
            SignedIn(
                id=each.id,
                plane=each.plane,
                device_id=each.device_id,
                device=devices.get(each.device_id, UNNAMED) if each.device_id else UNNAMED,
                opened_at=each.opened_at,
                last_used_at=each.last_used_at,
                is_current=each.id == actor.session_id,
            )
            for each in await Sessions(uow.session).open_of(actor.id)
            if each.is_open(now)
        ]


async def devices_of(uow: UnitOfWork, actor: Principal) -> Sequence[Device]:
    """The devices on which the actor signed in, the last used first."""
    async with uow:
        return await Devices(uow.session).of(actor.id)


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


@dataclass(frozen=True, slots=True)
class Served:
    """An organisation, and the account of its data-protection officer while they work for it."""

    organisation: Organisation
    data_protection_officer_id: UUID | None


async def served_organisations(uow: UnitOfWork, now: datetime) -> Sequence[Served]:
    """All organisations by name, as staff see them."""
    async with uow:
        return [
            Served(each, account.id if account and each.is_served_by(account, appointment, now) else None)
            for each, account, appointment in await Organisations(uow.session).all_with_officers()
        ]


async def sessions_ended_since(uow: UnitOfWork, moment: datetime) -> Sequence[UUID]:
    """What the gateway must no longer let in: sessions that ended, and machine clients that were revoked."""
    async with uow:
        clients = await MachineClients(uow.session).revoked_since(moment)
        return [*await Sessions(uow.session).ended_since(moment), *clients]


async def cookies_replaced_since(uow: UnitOfWork, moment: datetime) -> Sequence[bytes]:
    """The SHA-256 of each secret in whose place a browser keeps another."""
    async with uow:
        return await BrowserSessions(uow.session).replaced_since(moment)
