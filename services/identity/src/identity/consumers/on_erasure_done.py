"""A service has forgotten a person (P29)."""

from shared.clock import now
from shared.contracts import documents, groups, messaging
from shared.db.unit_of_work import UnitOfWork

from identity.bootstrap import Resources
from identity.use_cases.finish_erasure import keep_erasure_answer

ErasureDone = groups.ErasureDone | documents.ErasureDone | messaging.ErasureDone


async def on_erasure_done(event: ErasureDone, uow: UnitOfWork, resources: Resources) -> None:
    service = event.type.partition(".")[0]
    await keep_erasure_answer(uow, resources.keyring, person_id=event.person_id, service=service, now=now())
