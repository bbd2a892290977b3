"""A person is to be forgotten (P29)."""

from shared.contracts.identity import PersonErased
from shared.db.unit_of_work import UnitOfWork

from messaging.bootstrap import Resources
from messaging.use_cases.forget_person import forget_person


async def on_person_erased(event: PersonErased, uow: UnitOfWork, _resources: Resources) -> None:
    await forget_person(uow, event.person_id, event.version)
