"""A group as it is called now; when it is closed, its links open no more (P18)."""

from shared.contracts.groups import GroupChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_groups
from messaging.use_cases.end_links import end_links_of_group


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
        await end_links_of_group(uow, event.group_id)
