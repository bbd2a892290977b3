"""Everything that lets an account in, ended at once: sessions, links, known devices."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from identity.storage.devices import Devices
from identity.storage.links import Links
from identity.storage.sessions import Sessions


async def shut_out(uow: UnitOfWork, account_id: UUID, now: datetime) -> None:
    """Inside a transaction that has locked the account's sessions, then the account."""
    await Sessions(uow.session).end_all(account_id, now)
    await Links(uow.session).forget_all(account_id)
    await Devices(uow.session).forget_all(account_id, now)
