"""A scheme's coordinator agrees to take another scheme in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.links import make_secret
from groups.domain.merges import LINK_OPEN_FOR, must_be_a_scheme
from groups.domain.permissions import must_hold_leading_office
from groups.storage.groups import Groups
from groups.storage.merge_links import put_merge_link


@dataclass(frozen=True, slots=True)
class MadeMergeLink:
    """The secret is shown this once, and handed to the coordinator of the other scheme."""

    secret: str
    expires_at: datetime


async def make_merge_link(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> MadeMergeLink:
    """Good for seven days and one merge; another takes its place.

    NoSuchGroup, OnlySchemesMerge; NotTheLeader, also for whoever stands in.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_hold_leading_office(standing, group)
        must_be_a_scheme(group)
        made = MadeMergeLink(make_secret(), now + LINK_OPEN_FOR)
        await put_merge_link(uow.session, group_id, made.secret, made_by=actor.id, expires_at=made.expires_at)
        return made
