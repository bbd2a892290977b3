"""An administrator adds an organisation."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Authority, Organisation
from identity.domain.errors import NameTaken
from identity.domain.ledger import LedgerKind
from identity.storage.organisations import Organisations
from identity.use_cases.staff_acts import must_administer, write_act
from identity.use_cases.tell import organisation_event


async def add_organisation(
    uow: UnitOfWork,
    actor: Principal,
    *,
    name: str,
    authority: Authority | None,
    email_domains: list[str],
    now: datetime,
) -> UUID:
    """Adds it under a name that no other has; NameTaken else."""
    async with uow:
        await must_administer(uow, actor)
        organisation = Organisation(new_id(), name, authority, email_domains=email_domains)
        if not await Organisations(uow.session).add_new(organisation):
            raise NameTaken
        uow.record(organisation_event(organisation))
        await write_act(uow, actor, LedgerKind.ORGANISATION_ADDED, now, organisation=str(organisation.id))
        return organisation.id
