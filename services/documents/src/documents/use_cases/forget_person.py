"""A person is forgotten: documents never knew more of them than an id (P29)."""

from uuid import UUID

from shared.contracts.documents import ErasureDone
from shared.db.unit_of_work import UnitOfWork


async def forget_person(uow: UnitOfWork, person_id: UUID, version: int) -> None:
    """Answers `erasure_done`, each time it is asked.

    There is nothing to remove: who added, released or opened what is kept as an id, which from now on means nobody.
    What the person added is the group's and stays.
    """
    async with uow:
        uow.record(ErasureDone(person_id=person_id, version=version))
