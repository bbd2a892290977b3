"""Who may act for an organisation, and where: asked again when what they scheduled is due."""

from shared.contracts.identity import StaffChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_staff


async def on_staff_changed(event: StaffChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.staff_id,
        "organisation_id": event.organisation_id,
        "role": event.role,
        "areas": event.areas,
        "state": event.state,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_staff, row)
