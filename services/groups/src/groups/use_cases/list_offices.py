"""Members read who holds which office, who held it, and who stands in (P12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage.groups import Groups
from groups.storage.office_queries import Holder, Post, list_former, list_posts


@dataclass(frozen=True, slots=True)
class Offices:
    """The offices of a group as they are held, and the terms that are over, the latest first."""

    offices: Sequence[Post]
    former: Sequence[Holder]


async def list_offices(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Offices:
    """As far as the actor sees them: officers are seen by every member, former ones as members are. NoSuchGroup."""
    async with uow:
        group, standing = await Groups(uow.session).for_member(actor, group_id, now)
        return Offices(
            offices=await list_posts(uow.session, group, now),
            former=await list_former(uow.session, group, standing, now),
        )
