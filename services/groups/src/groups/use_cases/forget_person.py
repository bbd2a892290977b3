"""A person is forgotten: out of every group, without a name, a reason or an address tag left (P29)."""

from datetime import datetime
from uuid import UUID

from shared.contracts.groups import ErasureDone
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.storage.audit import remove_from_audit
from groups.storage.erasures import (
    groups_that_know,
    hold_group,
    remove_comms_issues,
    remove_from_abuse_reports,
    remove_from_ballots,
    remove_from_marking_log,
    remove_from_meeting_results,
    remove_invitations,
    remove_merge_links,
    remove_name,
    remove_tag,
    tag_of,
)
from groups.storage.invitations import hold_tags
from groups.storage.memberships import Memberships
from groups.use_cases.endings import end_with_terms
from groups.use_cases.events import tell_membership


async def forget_person(uow: UnitOfWork, person_id: UUID, version: int, now: datetime) -> None:
    """Answers `erasure_done` each time it is asked; asked again, it finds nothing left to do.

    The person's id stays where an act must stay proved: in terms, markings, links and the ledger it means nobody.
    """
    async with uow:
        # The name first: whoever comes into a group holds it, so none can come in behind the list of groups.
        await remove_name(uow.session, person_id, version)
        tag = await tag_of(uow.session, person_id)
        if tag:
            await hold_tags(uow.session, tag)
        await remove_tag(uow.session, person_id, version)
        for group_id in await groups_that_know(uow.session, person_id, tag or None):
            await _leave(uow, await hold_group(uow.session, group_id), person_id, now)
        if tag:
            await remove_invitations(uow.session, tag)
        await remove_from_ballots(uow.session, person_id)
        await remove_from_meeting_results(uow.session, person_id)
        await remove_merge_links(uow.session, person_id)
        await remove_comms_issues(uow.session, person_id)
        await remove_from_abuse_reports(uow.session, person_id)
        # After the groups: whoever marks a person, or withdraws that, has their group locked.
        await remove_from_marking_log(uow.session, person_id)
        await remove_from_audit(uow.session, person_id)
        uow.record(ErasureDone(person_id=person_id, version=version))


async def _leave(uow: UnitOfWork, group: Group, person_id: UUID, now: datetime) -> None:
    membership = await Memberships(uow.session, group.id).of(person_id)
    if membership is None:
        return
    was_over, belonged = membership.is_over, membership.belongs
    if not was_over:
        membership.leave(now)
    membership.forget()
    if was_over:
        return
    # Nobody hands over for a person who is gone: the office is vacant (P12), or the group has ended with its last.
    if belonged:
        await end_with_terms(uow, group, membership, now)
    else:
        tell_membership(uow, membership)
