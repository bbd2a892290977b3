"""An administrator adds a machine client of a police organisation."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Authority
from identity.domain.errors import NotHere, RoleOutsideOrganisation
from identity.domain.ledger import LedgerKind
from identity.domain.machines import MachineClient
from identity.storage.machines import MachineClients
from identity.storage.organisations import Organisations
from identity.use_cases.staff_acts import must_administer, write_act


async def add_client(
    uow: UnitOfWork,
    actor: Principal,
    *,
    organisation_id: UUID,
    name: str,
    scopes: list[str],
    areas: list[str],
    now: datetime,
) -> UUID:
    """Adds a client that has no key yet; RoleOutsideOrganisation where the organisation is no police."""
    async with uow:
        await must_administer(uow, actor)
        organisation = await Organisations(uow.session).get(organisation_id)
        if organisation is None:
            raise NotHere
        if organisation.authority is not Authority.POLICE:
            raise RoleOutsideOrganisation
        client = MachineClient(new_id(), organisation_id, name, scopes, areas, now, actor.id)
        MachineClients(uow.session).add(client)
        await uow.session.flush()
        await write_act(
            uow, actor, LedgerKind.CLIENT_ADDED, now, organisation=str(organisation_id), client=str(client.id)
        )
        return client.id
