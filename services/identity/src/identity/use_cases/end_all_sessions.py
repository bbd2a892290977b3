"""After a restore everybody signs in again: a session that was ended since the backup must not live on."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from identity.storage.sessions import Sessions


async def end_all_sessions(uow: UnitOfWork, now: datetime) -> None:
    """Ends every session, with its tokens and cookies."""
    async with uow:
        await Sessions(uow.session).end_everybodys(now)
