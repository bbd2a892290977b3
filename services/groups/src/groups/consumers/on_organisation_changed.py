"""An organisation's name and the marking that it gives."""

from shared.contracts.identity import OrganisationChanged
from shared.db.unit_of_work import UnitOfWork

from groups.domain.markings import Authority
from groups.storage.known import learn
from groups.storage.tables import known_organisations


async def on_organisation_changed(event: OrganisationChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.organisation_id,
        "name": event.name,
        "authority": Authority(event.authority) if event.authority else None,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_organisations, row)
