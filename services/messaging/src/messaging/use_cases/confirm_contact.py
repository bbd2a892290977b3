"""Somebody outside says yes to a mailing list, through the link that was mailed to them."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork

from messaging.keyring import Keyring
from messaging.storage.lists import confirm_contact as confirm_row

PURPOSE = "confirm contact"


async def confirm_contact(uow: UnitOfWork, keyring: Keyring, secret: str, now: datetime) -> None:
    """Confirms a waiting contact. Nothing tells a link that works from one that does not."""
    content = keyring.read_link(PURPOSE, secret)
    async with uow:
        if content is not None:
            await confirm_row(uow.session, UUID(bytes=content), now)
