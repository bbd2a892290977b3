"""An administrator adds an organisation."""

from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Authority, Organisation
from identity.domain.errors import NameTaken, NotYoursToGive
from identity.domain.permissions import may_manage_staff
from identity.storage.organisations import Organisations
from identity.use_cases.tell import organisation_event


async def add_organisation(uow: UnitOfWork, actor: Principal, *, name: str, authority: Authority | None) -> UUID:
    """Adds it under a name that no other has; NameTaken else."""
    if not may_manage_staff(actor):
        raise NotYoursToGive
    async with uow:
        organisation = Organisation(new_id(), name, authority)
        if not await Organisations(uow.session).add_new(organisation):
            raise NameTaken
        uow.record(organisation_event(organisation))
        return organisation.id
