"""A staff account or appointment: which human it is (P3, P6), and whether it is over (P18)."""

from shared.auth.principal import Role
from shared.contracts.identity import StaffChanged
from shared.db.unit_of_work import UnitOfWork

from groups.storage.known import learn
from groups.storage.tables import known_staff


async def on_staff_changed(event: StaffChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.staff_id,
        "person_id": event.person_id,
        "organisation_id": event.organisation_id,
        "role": Role(event.role),
        "state": event.state,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_staff, row)
