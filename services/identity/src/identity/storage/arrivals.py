"""Who comes to sign in, and with which device: looked at before the password is checked, and locked after it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import Account, Authenticator
from identity.domain.devices import Device
from identity.storage.accounts import IS_NOT_CLOSED
from identity.storage.tables import accounts, authenticators, devices

# Made once: building and naming a statement costs as much as asking it.
_LOOK = (
    select(accounts.c.id, accounts.c.password_hash, devices.c.id.label("device_id"))
    .outerjoin_from(
        accounts,
        devices,
        and_(
            devices.c.account_id == accounts.c.id,
            devices.c.digest == bindparam("device"),
            devices.c.forgotten_at.is_(None),
        ),
    )
    .where(accounts.c.email == bindparam("email"), accounts.c.shared_as == bindparam("shared_as"), IS_NOT_CLOSED)
)
_ACCOUNT = select(Account).where(accounts.c.id == bindparam("account_id")).with_for_update()
_BESIDE = (
    select(Device, Authenticator)
    .select_from(accounts)
    .outerjoin(devices, and_(devices.c.id == bindparam("device_id"), devices.c.forgotten_at.is_(None)))
    .outerjoin(authenticators, authenticators.c.account_id == accounts.c.id)
    .where(accounts.c.id == bindparam("account_id"))
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
    """Those who come by e-mail address and, where they have one, a device."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def look(self, email: str, shared_as: str, device_digest: bytes | None) -> Seen | None:
        """Who it may be; None where there is no such account."""
        named = {"email": email.casefold(), "shared_as": shared_as.casefold(), "device": device_digest}
        row = (await self._session.execute(_LOOK, named)).one_or_none()
        return None if row is None else Seen(*row)

    async def for_change(self, seen: Seen) -> Known | None:
        """The account, locked, its device unless that was forgotten since, and its app; all as they are now."""
        account = await self._session.scalar(_ACCOUNT, {"account_id": seen.account_id})
        if account is None:
            return None
        # Asked once the lock is held: the statement that waits for it would show the rest as it was before.
        asked = {"account_id": seen.account_id, "device_id": seen.device_id}
        device, app = (await self._session.execute(_BESIDE, asked)).one()
        return Known(account, device, app)
