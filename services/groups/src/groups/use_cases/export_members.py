"""Officers take the list of those who belong along, and of those whom the group keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.kept_people import KeptPerson
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.kept_people import KeptPeople
from groups.storage.member_queries import Belonging, list_belonging


@dataclass(frozen=True, slots=True)
class Everybody:
    """Whoever belongs to a group, and whoever it keeps."""

    members: Sequence[Belonging]
    kept: Sequence[KeptPerson]


async def export_members(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Everybody:
    """By name. NoSuchGroup, NotAnOfficer."""
    async with uow:
        _, standing = await Groups(uow.session).for_member(actor, group_id, now)
        must_be_officer(standing)
        return Everybody(
            await list_belonging(uow.session, group_id, now), await KeptPeople(uow.session, group_id).all()
        )
