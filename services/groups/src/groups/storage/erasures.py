"""What is removed of a person who is forgotten, and the tombstones that keep older news of them out."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import Group
from groups.storage import tables
from groups.storage.known import CLOSED, learn
from groups.storage.tables import (
    abuse_reports,
    ballot_askers,
    ballot_nominations,
    ballot_voters,
    known_comms_issues,
    known_invitees,
    known_people,
    marker_salts,
    marking_details,
    marking_entries,
    meeting_objections,
    meeting_results,
)

_NOTHING = ""


async def remove_name(session: AsyncSession, person_id: UUID, version: int) -> None:
    """A row without a name, newer than all that was told of the person."""
    await learn(session, known_people, {"id": person_id, "display_name": _NOTHING, "state": CLOSED, "version": version})


async def tag_of(session: AsyncSession, person_id: UUID) -> str | None:
    """The tag of the person's address, where one is known."""
    return await session.scalar(select(known_invitees.c.email_tag).where(known_invitees.c.id == person_id))


async def remove_tag(session: AsyncSession, person_id: UUID, version: int) -> None:
    """A row without a tag, newer than all that was told: no invitation finds the person any more."""
    await learn(session, known_invitees, {"id": person_id, "email_tag": _NOTHING, "version": version})


async def remove_invitations(session: AsyncSession, tag: str) -> None:
    """Removes what was kept for this address."""
    await session.execute(delete(tables.invitations).where(tables.invitations.c.email_tag == tag))


async def remove_from_marking_log(session: AsyncSession, person_id: UUID) -> None:
    """The salts of what names the person in the log, with what those sealed: the entries stay, and prove nobody."""
    about = (
        select(marking_entries.c.number)
        .join(tables.memberships, tables.memberships.c.id == marking_entries.c.subject_id)
        .where(tables.memberships.c.person_id == person_id)
    )
    await session.execute(delete(marking_details).where(marking_details.c.number.in_(about)))
    by = select(marking_entries.c.number).where(marking_entries.c.staff_id == person_id)
    await session.execute(delete(marker_salts).where(marker_salts.c.number.in_(by)))


async def remove_from_ballots(session: AsyncSession, person_id: UUID) -> None:
    """Nobody asks, votes or stands any more under this id; what they voted is nobody's already."""
    for table in (ballot_askers, ballot_voters):
        await session.execute(delete(table).where(table.c.person_id == person_id))
    nominated = ballot_nominations.c.person_id == person_id
    await session.execute(update(ballot_nominations).where(nominated).values(person_id=None))


async def remove_from_meeting_results(session: AsyncSession, person_id: UUID) -> None:
    """Who was chosen, who recorded it and what was noted of it go; that a meeting decided stays."""
    await session.execute(delete(meeting_objections).where(meeting_objections.c.person_id == person_id))
    for person in (meeting_results.c.person_id, meeting_results.c.recorded_by):
        theirs = update(meeting_results).where(person == person_id)
        await session.execute(theirs.values({person: None, meeting_results.c.minutes_note: _NOTHING}))


async def remove_from_abuse_reports(session: AsyncSession, person_id: UUID) -> None:
    """Who reported and what they wrote; that something was reported, and what staff noted, stays."""
    theirs = update(abuse_reports).where(abuse_reports.c.reporter_id == person_id)
    await session.execute(theirs.values(reporter_id=None, is_named=False, text=_NOTHING))


async def remove_comms_issues(session: AsyncSession, person_id: UUID) -> None:
    """That mail did not reach them."""
    await session.execute(delete(known_comms_issues).where(known_comms_issues.c.person_id == person_id))


async def remove_merge_links(session: AsyncSession, person_id: UUID) -> None:
    """Whoever is gone speaks for no scheme."""
    await session.execute(delete(tables.merge_links).where(tables.merge_links.c.made_by == person_id))


async def groups_that_know(session: AsyncSession, person_id: UUID, tag: str | None) -> Sequence[UUID]:
    """Every group in which the person ever was anything, or is invited, archived ones too, in a fixed order."""
    query = union(
        select(tables.memberships.c.group_id).where(tables.memberships.c.person_id == person_id),
        select(tables.invitations.c.group_id).where(tables.invitations.c.email_tag == tag),
    )
    return (await session.scalars(query.order_by("group_id"))).all()


async def hold_group(session: AsyncSession, group_id: UUID) -> Group:
    """The group, locked, in whatever state it is."""
    query = select(Group).where(tables.groups.c.id == group_id).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()
