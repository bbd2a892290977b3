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


async def known_device(uow: UnitOfWork, account: Account, arrival: Arrival) -> Device | None:
    """The device that somebody comes with, where it is one of the account's."""
    if arrival.device_token is None:
        return None
    return await Devices(uow.session).known(account.id, digest(arrival.device_token))


async def arrive(
    uow: UnitOfWork, account: Account, device: Device | None, arrival: Arrival, now: datetime
) -> tuple[Device, str | None]:
    """The known device, or a new one and its secret, whose owner is told of it.

    Only members' devices are remembered; the first of an account is no news.
    """
    devices = Devices(uow.session)
    remember = arrival.remember and not account.is_staff
    if device is not None:
        device.note_use(now, remember=remember)
        return device, None
    token = secrets.token_urlsafe(32)
    device = Device(new_id(), account.id, digest(token), arrival.device_name or UNNAMED, now, now, remembered=remember)
    if await devices.has_any(account.id):
        await MailQueue(uow.session).put(MailKind.NEW_DEVICE, account.id, now, device=device.label)
        Ledger(uow.session).write(account.id, LedgerKind.NEW_DEVICE, now, device=device.label)
    devices.add(device)
    await uow.session.flush()
    return device, token
