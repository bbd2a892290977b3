"""An administrator retires a key of a machine client."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.machines import MachineClients, MachineKeys
from identity.use_cases.staff_acts import must_administer, write_act


async def retire_client_key(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, client_id: UUID, key_id: UUID, now: datetime
) -> None:
    """The key opens nothing from now on; tokens that it opened live for five minutes at most. NotHere."""
    async with uow:
        await must_administer(uow, actor)
        if await MachineClients(uow.session).get_for_change(organisation_id, client_id) is None:
            raise NotHere
        if not await MachineKeys(uow.session).retire(client_id, key_id, now):
            raise NotHere
        await write_act(
            uow,
            actor,
            LedgerKind.CLIENT_KEY_RETIRED,
            now,
            organisation=str(organisation_id),
            client=str(client_id),
            key=str(key_id),
        )
