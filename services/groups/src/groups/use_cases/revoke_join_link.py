"""An officer ends a join link."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.links import JoinLinks


async def revoke_join_link(uow: UnitOfWork, actor: Principal, group_id: UUID, link_id: UUID, now: datetime) -> None:
    """From here on nobody asks through it. NoSuchGroup, NotAnOfficer, NoSuchLink; once more changes nothing."""
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        await JoinLinks(uow.session).revoke(group_id, link_id, now)
