"""A person's name as identity tells it."""

from shared.contracts.identity import PersonChanged
from shared.db.unit_of_work import UnitOfWork

from groups.storage.known import learn
from groups.storage.tables import known_people


async def on_person_changed(event: PersonChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.person_id,
        "display_name": event.display_name,
        "state": event.state,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_people, row)
