"""The device that somebody comes with: known, or new and told to the owner."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Account
from identity.domain.devices import Device
from identity.domain.ledger import LedgerKind
from identity.domain.link_purposes import MailKind
from identity.storage.devices import Devices
from identity.storage.ledger import Ledger
from identity.storage.links import digest
from identity.storage.mail_queue import MailQueue
from identity.use_cases.keep_in_browser import Browser

UNNAMED = "a browser or app"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody comes: from which address, with which device's secret, whether to remember it, in which browser."""

    source: str
    device_token: str | None = None
    device_name: str | None = None
    remember: bool = False
    browser: Browser | None = None


async def arrive(uow: UnitOfWork, account: Account, arrival: Arrival, now: datetime) -> tuple[Device, str | None]:
    """The device, and its new secret where it is one that the account has not seen. Its owner is told of a new one.

    Only members' devices are remembered; the first of an account is no news.
    """
    devices = Devices(uow.session)
    remember = arrival.remember and not account.is_staff
    if arrival.device_token is not None:
        known = await devices.known(account.id, digest(arrival.device_token))
        if known is not None:
            known.last_used_at, known.remembered = now, known.remembered or remember
            return known, None
    token = secrets.token_urlsafe(32)
    device = Device(new_id(), account.id, digest(token), arrival.device_name or UNNAMED, now, now, remembered=remember)
    if await devices.has_any(account.id):
        await MailQueue(uow.session).put(MailKind.NEW_DEVICE, account.id, now, device=device.label)
        Ledger(uow.session).write(account.id, LedgerKind.NEW_DEVICE, now, device=device.label)
    devices.add(device)
    await uow.session.flush()
    return device, token
