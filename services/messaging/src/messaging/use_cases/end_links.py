"""Ends links of releases: those of a member who no longer belongs, and all of a group that is closed (P18)."""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.messaging import ReleaseLinksEnded
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.sends import LINKS_AT_ONCE
from messaging.storage.known import is_active_member, is_open
from messaging.storage.live_links import LiveLinks, links_of_group, links_of_member


async def end_links_of_member(uow: UnitOfWork, group_id: UUID, person_id: UUID) -> None:
    """Inside an open transaction: tells documents, where the person is no active member by what is known now."""
    if not await is_active_member(uow.session, group_id, person_id):
        _end(uow, await links_of_member(uow.session, person_id, group_id))


async def end_links_of_person(uow: UnitOfWork, person_id: UUID) -> None:
    """Inside an open transaction: tells documents what the person held as a member, wherever it was (P29)."""
    _end(uow, await links_of_member(uow.session, person_id, None))


async def end_links_of_group(uow: UnitOfWork, group_id: UUID) -> None:
    """Inside an open transaction: tells documents, where the group is closed by what is known now."""
    if not await is_open(uow.session, group_id):
        _end(uow, await links_of_group(uow.session, group_id))


def _end(uow: UnitOfWork, ended: Sequence[LiveLinks]) -> None:
    for each in ended:
        for first in range(0, len(each.refs), LINKS_AT_ONCE):
            refs = each.refs[first : first + LINKS_AT_ONCE]
            uow.record(
                ReleaseLinksEnded(
                    release_id=each.release_id,
                    group_id=each.group_id,
                    recipient_refs=refs,
                    version=1 + first // LINKS_AT_ONCE,
                )
            )
