"""An administrator says which e-mail domains are an organisation's."""

from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere
from identity.storage.organisations import Organisations
from identity.use_cases.staff_acts import must_administer


async def change_email_domains(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, email_domains: list[str]
) -> None:
    """Holds for invitations and appointments from now on; accounts that there are stay as they are."""
    async with uow:
        await must_administer(uow, actor)
        organisation = await Organisations(uow.session).get_for_change(organisation_id)
        if organisation is None:
            raise NotHere
        organisation.email_domains = email_domains
