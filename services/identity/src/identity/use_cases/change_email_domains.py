"""An administrator says which e-mail domains are an organisation's."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.organisations import Organisations
from identity.storage.staff import Staff
from identity.use_cases.staff_acts import must_administer, write_act


async def change_email_domains(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, email_domains: list[str], now: datetime
) -> int:
    """Holds for invitations and appointments from now on; says how many accounts are outside.

    It ends nothing by itself: a police session whose address is outside ends when it would go on.
    """
    async with uow:
        await must_administer(uow, actor)
        organisation = await Organisations(uow.session).get_for_change(organisation_id)
        if organisation is None:
            raise NotHere
        organisation.email_domains = email_domains
        kind, domains = LedgerKind.EMAIL_DOMAINS_CHANGED, ", ".join(email_domains)
        await write_act(uow, actor, kind, now, organisation=str(organisation_id), domains=domains)
        addresses = await Staff(uow.session).open_addresses(organisation_id)
        return sum(not organisation.has_address(address) for address in addresses)
