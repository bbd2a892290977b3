"""A release or some of its links are revoked: mails that have not gone are withheld."""

from shared.contracts.documents import ReleaseRevoked
from shared.db.unit_of_work import UnitOfWork

from messaging.storage.known import learn
from messaging.storage.tables import known_revocations


async def on_release_revoked(event: ReleaseRevoked, uow: UnitOfWork, _resources: object) -> None:
    row = {
        "id": event.release_id,
        "whole": event.recipient_refs is None,
        "recipient_refs": event.recipient_refs or [],
        "version": event.version,
    }
    async with uow:
        await learn(uow.session, known_revocations, row)
