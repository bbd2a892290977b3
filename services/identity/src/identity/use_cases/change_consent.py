"""A member says yes to an organisation, or takes it back (P16)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Consent
from identity.domain.errors import NotHere
from identity.storage.organisations import Consents, Organisations
from identity.use_cases.tell import consent_event


async def change_consent(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, is_given: bool, now: datetime
) -> None:
    """Gives or withdraws the consent; saying again what already holds changes nothing, not even its date."""
    async with uow:
        if await Organisations(uow.session).get_for_share(organisation_id) is None:
            raise NotHere
        consents = Consents(uow.session)
        await consents.lock(actor.id)
        consent = await consents.get_for_change(actor.id, organisation_id)
        if consent is None:
            if not is_given:
                return
            consent = Consent(new_id(), actor.id, organisation_id, is_given, now)
            consents.add(consent)
        elif consent.is_given is is_given:
            return
        else:
            consent.is_given, consent.since = is_given, now
            consent.version += 1
        uow.record(consent_event(consent))
