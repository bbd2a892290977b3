"""Who holds an office, for what is written to offices."""

from shared.contracts.groups import OfficeChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_terms


async def on_office_changed(event: OfficeChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.term_id,
        "group_id": event.group_id,
        "person_id": event.person_id,
        "office": event.office,
        "until": event.until,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_terms, row)
