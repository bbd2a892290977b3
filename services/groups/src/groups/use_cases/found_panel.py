"""Police or an OurWatch coordinator found a ward panel; from then on it is its members' (P13)."""

from collections.abc import Collection
from datetime import datetime

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchWard
from groups.domain.groups import Group, Kind, Visibility
from groups.domain.invitees import Invitee
from groups.storage.areas import is_ward, is_within
from groups.storage.groups import Groups
from groups.storage.invitations import hold_tags
from groups.use_cases.events import tell_group
from groups.use_cases.invite import keep_or_give_invitation
from groups.use_cases.staff_acts import must_be_in_service


async def found_panel(
    uow: UnitOfWork,
    staff: Principal,
    *,
    name: str,
    purpose: str,
    visibility: Visibility,
    area: str,
    invitees: Collection[Invitee],
    now: datetime,
) -> Group:
    """The panel, with nobody in it: the people named are invited, and nothing says who they are.

    Nobody holds an office; three who accept open the first ballot. NotYourRole; NoSuchWard, also for one elsewhere.
    """
    async with uow:
        await must_be_in_service(uow.session, staff)
        by_tag = {invitee.tag: invitee for invitee in invitees}
        await hold_tags(uow.session, *by_tag)
        if not await is_ward(uow.session, area) or not await is_within(uow.session, area, staff.areas):
            raise NoSuchWard
        group = Group.found(
            kind=Kind.WARD_PANEL,
            name=name,
            purpose=purpose,
            visibility=visibility,
            area=area,
            at=now,
            founding_organisation_id=staff.organisation_id,
        )
        Groups(uow.session).add(group)
        await uow.session.flush()
        tell_group(uow, group)
        for invitee in by_tag.values():
            await keep_or_give_invitation(uow, group, invitee, invited_by=staff.id, office=None, now=now)
        return group
