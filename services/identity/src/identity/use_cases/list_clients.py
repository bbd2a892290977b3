"""Administrators look through the machine clients of an organisation."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.machines import MachineClient, MachineKey
from identity.storage.machines import MachineClients, MachineKeys
from identity.storage.organisations import Organisations
from identity.use_cases.staff_acts import must_administer


async def list_clients(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID
) -> Sequence[tuple[MachineClient, Sequence[MachineKey]]]:
    """All of them, revoked ones included, each with all its keys; NotHere where there is no such organisation."""
    async with uow:
        await must_administer(uow, actor)
        if await Organisations(uow.session).get(organisation_id) is None:
            raise NotHere
        clients = await MachineClients(uow.session).of(organisation_id)
        keys = await MachineKeys(uow.session).of([client.id for client in clients])
        return [(client, [key for key in keys if key.client_id == client.id]) for client in clients]
