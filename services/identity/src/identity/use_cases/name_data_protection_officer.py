"""An administrator names an organisation's data-protection officer (P17)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from identity.domain.errors import NotHere, NotTheirStaff, NotYourself
from identity.domain.ledger import LedgerKind
from identity.storage.organisations import Organisations
from identity.use_cases.staff_acts import must_administer, serves, write_act
from identity.use_cases.tell import data_protection_officer_event


async def name_data_protection_officer(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, account_id: UUID | None, now: datetime
) -> None:
    """In place of whoever it was; None names nobody. Naming the same one again changes nothing.

    It ends by itself with the account or appointment, which is looked at again whenever it matters: so neither is held
    here. NotYoursToGive, NotYourself, NotHere, NotTheirStaff.
    """
    async with uow:
        await must_administer(uow, actor)
        if account_id == actor.id:
            raise NotYourself
        organisation = await Organisations(uow.session).get_for_change(organisation_id)
        if organisation is None:
            raise NotHere
        if account_id is not None and not await serves(uow, account_id, organisation, now):
            raise NotTheirStaff
        former = organisation.data_protection_officer_id
        if account_id == former:
            return
        organisation.name_data_protection_officer(account_id)
        uow.record(data_protection_officer_event(organisation))
        said = {"organisation": str(organisation_id)}
        if former is not None:
            await write_act(uow, actor, LedgerKind.DATA_PROTECTION_OFFICER_ENDED, now, on=former, **said)
        if account_id is not None:
            await write_act(uow, actor, LedgerKind.DATA_PROTECTION_OFFICER_NAMED, now, on=account_id, **said)
