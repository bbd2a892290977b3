"""Until when a group's own sending is paused (P4)."""

from shared.contracts.groups import PauseChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_pauses


async def on_pause_changed(event: PauseChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {"id": event.group_id, "paused_until": event.paused_until, "version": event.version}
    async with uow:
        await learn(uow.session, known_pauses, row)
