"""Officers look whom their group keeps who has no e-mail."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.kept_people import KeptPerson
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.kept_people import KeptPeople


async def list_kept_people(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Sequence[KeptPerson]:
    """All of them, by name. NoSuchGroup, NotAnOfficer."""
    async with uow:
        _, standing = await Groups(uow.session).for_member(actor, group_id, now)
        must_be_officer(standing)
        return await KeptPeople(uow.session, group_id).all()
