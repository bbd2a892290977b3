"""Who holds which office: fellow officers may vouch for one another (P30)."""

from shared.contracts.groups import OfficeChanged
from shared.db.unit_of_work import UnitOfWork

from identity.storage.offices import learn_office


async def on_office_changed(event: OfficeChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.term_id,
        "group_id": event.group_id,
        "person_id": event.person_id,
        "office": event.office,
        "since": event.since,
        # An office whose holder is suspended gives no rights, and vouches for nobody while that lasts.
        "is_held": event.until is None and bool(event.rights),
        "version": event.version,
    }
    async with uow:
        await learn_office(uow.session, row)
