"""An officer withdraws an invitation by e-mail address, and learns nothing about whose it is."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.memberships import MembershipState
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.invitations import hold_tags, person_with_tag, remove_invitation
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_membership


async def withdraw_invitation(uow: UnitOfWork, actor: Principal, group_id: UUID, tag: str, now: datetime) -> None:
    """Says nothing back: open, accepted or never there, it is all the same. NoSuchGroup, NotAnOfficer."""
    async with uow:
        await hold_tags(uow.session, tag)
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        await remove_invitation(uow.session, group_id, tag)
        person_id = await person_with_tag(uow.session, tag)
        membership = await Memberships(uow.session, group_id).of(person_id) if person_id else None
        if membership is not None and membership.state is MembershipState.INVITED:
            membership.leave(now)
            tell_membership(uow, membership)
