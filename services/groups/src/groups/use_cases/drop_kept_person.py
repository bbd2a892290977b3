"""An officer removes somebody whom the group kept: nothing of them stays."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.kept_people import KeptPeople


async def drop_kept_person(uow: UnitOfWork, actor: Principal, group_id: UUID, kept_id: UUID, now: datetime) -> None:
    """NoSuchGroup, NotAnOfficer, NoSuchKeptPerson."""
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        kept = KeptPeople(uow.session, group_id)
        await kept.drop(await kept.get(kept_id))
