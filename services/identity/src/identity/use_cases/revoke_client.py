"""An administrator revokes a machine client."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.machines import MachineClients
from identity.use_cases.staff_acts import must_administer, write_act


async def revoke_client(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, client_id: UUID, now: datetime
) -> None:
    """For good: it gets no token any more, and those that it has die at the gateway's next poll. NotHere."""
    async with uow:
        await must_administer(uow, actor)
        client = await MachineClients(uow.session).get_for_change(organisation_id, client_id)
        if client is None or client.revoked_at is not None:
            raise NotHere
        client.revoked_at = now
        await write_act(
            uow, actor, LedgerKind.CLIENT_REVOKED, now, organisation=str(organisation_id), client=str(client_id)
        )
