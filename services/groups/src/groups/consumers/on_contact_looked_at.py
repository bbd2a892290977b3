"""Staff saw how a member is reached: it stands in the group's ledger (P17)."""

from shared.auth.principal import Role
from shared.contracts.identity import ContactLookedAt
from shared.db.unit_of_work import UnitOfWork

from groups.storage.ledger import write_contact_look


async def on_contact_looked_at(event: ContactLookedAt, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.look_id,
        "group_id": event.group_id,
        "contact_of": event.person_id,
        "organisation_id": event.organisation_id,
        "role": Role(event.role),
        "purpose": event.purpose,
        "looked_at": event.at,
    }
    async with uow:
        await write_contact_look(uow.session, row)
