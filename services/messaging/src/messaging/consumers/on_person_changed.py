"""A person's name, state and ward as identity tells them."""

from shared.contracts.identity import PersonChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_persons


async def on_person_changed(event: PersonChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.person_id,
        "display_name": event.display_name,
        "state": event.state,
        "area": event.area,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_persons, row)
