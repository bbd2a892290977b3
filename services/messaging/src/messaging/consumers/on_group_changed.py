"""A group as it is called now."""

from shared.contracts.groups import GroupChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_groups


async def on_group_changed(event: GroupChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.group_id,
        "kind": event.kind,
        "name": event.name,
        "visibility": event.visibility,
        "area": event.area,
        "state": event.state,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_groups, row)
