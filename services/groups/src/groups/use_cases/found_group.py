"""A member founds a group and holds its leading office (P11)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchWard
from groups.domain.groups import Group, Kind, Visibility, WhoSeesMembers
from groups.domain.memberships import Membership, MembershipState
from groups.domain.terms import Term
from groups.storage.areas import is_ward
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.events import tell_group, tell_membership, tell_term
from groups.use_cases.residents import must_come_in_as_a_resident


async def found_group(
    uow: UnitOfWork,
    actor: Principal,
    *,
    kind: Kind,
    name: str,
    purpose: str,
    visibility: Visibility,
    area: str,
    what_to_expect: str | None = None,
    meeting_place: str | None = None,
    who_sees_members: WhoSeesMembers | None = None,
    now: datetime,
) -> Group:
    """The new group. It shows its founder nobody (P10). NoSuchWard, PanelMembersAreOpen, StaffCannotBelong."""
    async with uow:
        await must_come_in_as_a_resident(uow.session, actor.id)
        if not await is_ward(uow.session, area):
            raise NoSuchWard
        group = Group.found(
            kind=kind,
            name=name,
            purpose=purpose,
            visibility=visibility,
            area=area,
            at=now,
            who_sees_members=who_sees_members,
            what_to_expect=what_to_expect,
            meeting_place=meeting_place,
        )
        await begin_group(uow, group, actor.id, now)
        return group


async def begin_group(uow: UnitOfWork, group: Group, founder_id: UUID, now: datetime) -> None:
    """Inside an open transaction that holds the founder as a resident: they belong to it and lead it."""
    Groups(uow.session).add(group)
    await uow.session.flush()
    membership = Membership.begin(group.id, founder_id, MembershipState.ACTIVE, now)
    Memberships(uow.session, group.id).add(membership)
    term = Term.begin(group.id, founder_id, group.leading_office, now)
    Terms(uow.session, group.id).add(term)
    tell_group(uow, group)
    tell_membership(uow, membership)
    tell_term(uow, term)
