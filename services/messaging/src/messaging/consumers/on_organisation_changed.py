"""An organisation's name, which stands above its alerts."""

from shared.contracts.identity import OrganisationChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_organisations


async def on_organisation_changed(event: OrganisationChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {"id": event.organisation_id, "name": event.name, "version": event.version}
    async with uow:
        await learn(uow.session, known_organisations, row)
