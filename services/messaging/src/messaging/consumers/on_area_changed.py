"""Which ward lies in which borough and force."""

from shared.contracts.groups import AreaChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_areas


async def on_area_changed(event: AreaChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {"id": event.code, "name": event.name, "parent": event.parent, "version": event.version}
    async with uow:
        await learn(uow.session, known_areas, row)
