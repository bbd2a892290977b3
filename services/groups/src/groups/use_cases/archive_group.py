"""The leader closes a group. Nobody reaches anything of it any more, and nothing of it is lost."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.domain.permissions import must_hold_leading_office
from groups.storage.groups import Groups
from groups.use_cases.events import tell_group


async def archive_group(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Group:
    """The closed group. Memberships and offices stay as they are: no standing is read from a closed group (P18).

    NoSuchGroup, NotTheLeader: whoever stands in for the leader does not end what is theirs.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_hold_leading_office(standing, group)
        group.archive(now)
        tell_group(uow, group)
        return group
