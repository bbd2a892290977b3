"""Officers print a poster that leads to the group's page; the leader gives the page another address."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.permissions import must_be_officer, must_lead
from groups.storage.group_pages import public_id_of, renew_public_id
from groups.storage.groups import Groups


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on a poster."""

    name: str
    public_id: str


async def make_poster(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Poster:
    """NoSuchGroup, NotAnOfficer. The page opens once the group is visible and marked."""
    async with uow:
        group, standing = await Groups(uow.session).for_member(actor, group_id, now)
        must_be_officer(standing)
        return Poster(group.name, await public_id_of(uow.session, group_id))


async def renew_page(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> str:
    """The new id: posters that hang lead nowhere from here on. NoSuchGroup, NotTheLeader."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_lead(standing, group)
        return await renew_public_id(uow.session, group_id)
