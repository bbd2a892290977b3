"""An officer refuses somebody who asked (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotPending
from groups.domain.memberships import Membership
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_membership


async def refuse(
    uow: UnitOfWork, actor: Principal, group_id: UUID, person_id: UUID, reason: str, now: datetime
) -> Membership:
    """The request, ended with its reason. NoSuchGroup, NotAnOfficer, NotPending."""
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        membership = await Memberships(uow.session, group_id).of(person_id)
        if membership is None:
            raise NotPending
        membership.refuse(reason, now)
        tell_membership(uow, membership)
        return membership
