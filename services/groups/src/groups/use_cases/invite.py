"""An officer invites somebody by e-mail address, and learns nothing about whose it is."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import TooManyInvitations
from groups.domain.groups import Group
from groups.domain.invitees import Invitee
from groups.domain.memberships import Membership, MembershipState
from groups.domain.permissions import Standing, must_be_officer
from groups.storage.groups import Groups
from groups.storage.invitations import (
    LIFE,
    count_open,
    count_today,
    hold_tags,
    is_invited,
    keep_invitation,
    person_with_tag,
    use_up,
)
from groups.storage.known import is_police_or_administrator
from groups.storage.markings import Markings
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_invitation, tell_membership

MOST_OPEN_UNMARKED = 20
MOST_A_DAY = 200


async def invite(uow: UnitOfWork, actor: Principal, group_id: UUID, invitee: Invitee, now: datetime) -> None:
    """Says nothing back: known, unknown, member already or police, it is all the same.

    NoSuchGroup, NotAnOfficer, TooManyInvitations.
    """
    async with uow:
        await hold_tags(uow.session, invitee.tag)
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        await invite_once(uow, group, standing, invitee, now)


async def invite_once(uow: UnitOfWork, group: Group, standing: Standing, invitee: Invitee, now: datetime) -> None:
    """Inside an open transaction that holds the tag and has locked the group: an officer's one. TooManyInvitations."""
    await must_have_invitations_left(uow.session, group.id, invitee.tag, now)
    await keep_or_give_invitation(uow, group, invitee, invited_by=standing.person_id, office=standing.office, now=now)


async def must_have_invitations_left(session: AsyncSession, group_id: UUID, tag: str, now: datetime) -> None:
    """Inside an open transaction that has locked the group: counts a new invitation, or TooManyInvitations.

    Up to 20 open ones before the first marking, as many as may belong, and 200 a day. One that is open already counts
    no more. Nothing that is asked here tells known from unknown.
    """
    if await is_invited(session, group_id, tag, now):
        return
    is_marked = await Markings(session).was_ever_marked(group_id)
    if not is_marked and await count_open(session, group_id, now) >= MOST_OPEN_UNMARKED:
        raise TooManyInvitations
    if not await count_today(session, group_id, now.date(), MOST_A_DAY):
        raise TooManyInvitations


async def keep_or_give_invitation(
    uow: UnitOfWork, group: Group, invitee: Invitee, *, invited_by: UUID, office: str | None, now: datetime
) -> None:
    """Inside an open transaction that holds the tag and has locked the group.

    Invites whoever has the address, now or within 30 days, and has them told by mail: once, and only where they could
    accept.
    """
    invitation_id = await keep_invitation(uow.session, group.id, invitee.tag, invited_by=invited_by, now=now)
    person_id = await person_with_tag(uow.session, invitee.tag)
    is_open = True
    if person_id is not None:
        is_open = await give_invitation(uow, group.id, person_id, now)
        await use_up(uow.session, group.id, invitee.tag)
    if is_open and invitation_id is not None:
        tell_invitation(uow, invitation_id, group, invitee, office, now + LIFE)


async def give_invitation(uow: UnitOfWork, group_id: UUID, person_id: UUID, now: datetime) -> bool:
    """Inside an open transaction that has locked the group: invites a known person; whether they are invited now."""
    if await is_police_or_administrator(uow.session, person_id):
        return False
    memberships = Memberships(uow.session, group_id)
    membership = await memberships.of(person_id)
    if membership is None:
        membership = Membership.begin(group_id, person_id, MembershipState.INVITED, now)
        memberships.add(membership)
    elif membership.is_over or membership.has_lapsed(now):
        membership.invite_again(now)
    elif membership.state is MembershipState.INVITED:
        membership.stay_invited(now)
        return True
    else:
        return False
    tell_membership(uow, membership)
    return True
