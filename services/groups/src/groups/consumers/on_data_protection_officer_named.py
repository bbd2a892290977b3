"""Who of an organisation sees which of its people looked (P17)."""

from shared.contracts.identity import DataProtectionOfficerNamed
from shared.db.unit_of_work import UnitOfWork

from groups.storage.known import learn
from groups.storage.tables import known_data_protection_officers


async def on_data_protection_officer_named(
    event: DataProtectionOfficerNamed, uow: UnitOfWork, _resources: object
) -> None:
    row = {"id": event.organisation_id, "staff_id": event.staff_id, "version": event.version}
    async with uow:
        await learn(uow.session, known_data_protection_officers, row)
