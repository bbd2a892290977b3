"""Who comes to sign in, with their device and app: in one statement before the password is checked, and one after."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import Account, Authenticator
from identity.domain.devices import Device
from identity.storage.accounts import IS_NOT_CLOSED
from identity.storage.tables import accounts, authenticators, devices

# Made once: building and naming a statement costs as much as asking it.
_DEVICE = and_(
    devices.c.account_id == accounts.c.id,
    devices.c.digest == bindparam("device"),
    devices.c.forgotten_at.is_(None),
)
_LOOK = (
    select(accounts.c.id, accounts.c.password_hash, devices.c.id.label("device_id"))
    .outerjoin_from(accounts, devices, _DEVICE)
    .where(accounts.c.email == bindparam("email"), accounts.c.shared_as == bindparam("shared_as"), IS_NOT_CLOSED)
)
_FOR_CHANGE = (
    select(Account, Device, Authenticator)
    .select_from(accounts)
    .outerjoin(devices, _DEVICE)
    .outerjoin(authenticators, authenticators.c.account_id == accounts.c.id)
    .where(accounts.c.id == bindparam("account_id"))
    .with_for_update(of=accounts)
    .execution_options(populate_existing=True)
)


class Seen(NamedTuple):
    """What is looked at before the password is: whose it is, its hash, and the device where it is a known one."""

    account_id: UUID
    password_hash: str | None
    device_id: UUID | None


class Known(NamedTuple):
    """Who it is: the account as it now is, the device where it is a known one, and the app.

    The app is for whoever asks for it by the account, without another question to the database: hold this meanwhile.
    """

    account: Account
    device: Device | None
    app: Authenticator | None


class Arrivals:
    """Those who come by e-mail address, and with the digest of a device's secret where they have one."""

    def __init__(self, session: AsyncSession, device_digest: bytes | None) -> None:
        self._session = session
        self._device = device_digest

    async def look(self, email: str, shared_as: str) -> Seen | None:
        """Who it may be; None where there is no such account."""
        named = {"email": email.casefold(), "shared_as": shared_as.casefold(), "device": self._device}
        row = (await self._session.execute(_LOOK, named)).one_or_none()
        return None if row is None else Seen(*row)

    async def for_change(self, account_id: UUID) -> Known | None:
        """The account, locked, with its device and app."""
        asked = {"account_id": account_id, "device": self._device}
        row = (await self._session.execute(_FOR_CHANGE, asked)).one_or_none()
        return None if row is None else Known(*row)
