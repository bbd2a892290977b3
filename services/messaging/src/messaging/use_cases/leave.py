"""Somebody leaves a list, a group's messages or an organisation's alerts with one click, or undoes it (P27)."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from messaging.keyring import Keyring
from messaging.leave_links import read_leave_token
from messaging.storage.departures import Departures


async def leave(uow: UnitOfWork, keyring: Keyring, token: str, now: datetime) -> None:
    """Holds at once, for what is queued too. A token that says nothing changes nothing, and is answered alike."""
    left = read_leave_token(keyring, token)
    async with uow:
        if left is not None:
            await Departures(uow.session).add(left.scope, left.scope_id, left.tag, now)


async def undo_leave(uow: UnitOfWork, keyring: Keyring, token: str, now: datetime) -> None:
    """Undoes what was left within seven days."""
    left = read_leave_token(keyring, token)
    async with uow:
        if left is not None:
            await Departures(uow.session).undo(left.scope, left.scope_id, left.tag, now)
