"""A member says yes to an organisation, or takes it back (P16)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

from identity.domain.accounts import Consent
from identity.domain.errors import NotHere
from identity.domain.ledger import LedgerKind
from identity.storage.accounts import Accounts
from identity.storage.consents import ConsentReceipts, Consents
from identity.storage.ledger import Ledger
from identity.storage.organisations import Organisations
from identity.use_cases.tell import consent_event


async def change_consent(
    uow: UnitOfWork, actor: Principal, *, organisation_id: UUID, is_given: bool, now: datetime
) -> None:
    """Gives or withdraws the consent; saying again what already holds changes nothing, not even its date.

    Each change leaves a receipt and a line in the ledger.
    """
    async with uow:
        account = await Accounts(uow.session).get_for_change(actor.id)
        organisation = await Organisations(uow.session).get_for_share(organisation_id)
        if account is None or not account.is_active or organisation is None:
            raise NotHere
        consents = Consents(uow.session)
        consent = await consents.to(actor.id, organisation_id)
        if consent is None:
            if not is_given:
                return
            consent = Consent(new_id(), actor.id, organisation_id, is_given, now)
            consents.add(consent)
        elif consent.is_given is is_given:
            return
        elif is_given:
            consent.give(now)
        else:
            consent.withdraw(now)
        ConsentReceipts(uow.session).write(consent, now)
        kind = LedgerKind.CONSENT_GIVEN if is_given else LedgerKind.CONSENT_WITHDRAWN
        Ledger(uow.session).write(actor.id, kind, now, organisation=organisation.name)
        uow.record(consent_event(consent))
