"""Whose alerts a member said yes to; a withdrawal holds for what is queued too (P25)."""

from shared.contracts.identity import ConsentChanged
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_consents


async def on_consent_changed(event: ConsentChanged, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.consent_id,
        "person_id": event.person_id,
        "organisation_id": event.organisation_id,
        "state": event.state,
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_consents, row)
