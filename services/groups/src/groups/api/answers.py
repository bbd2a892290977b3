"""Answers that several routes give."""

from datetime import datetime
from uuid import UUID

from shared.http.fields import Answer

from groups.domain.groups import Kind, Visibility, WhoSeesMembers
from groups.domain.markings import Authority, Change, Entry, SubjectKind
from groups.domain.memberships import MembershipState
from groups.storage.group_queries import Mine, Seen
from groups.storage.member_queries import Member

WHO_SEES_YOU = {
    WhoSeesMembers.ALL: "All active members see your name and office, "
    "and so do police and OurWatch coordinators of the area.",
    WhoSeesMembers.OFFICERS: "The officers see your name; members see the officers. "
    "Police and OurWatch coordinators of the area see your name and office.",
}
"""Said to everybody who asks to join, by the group's own setting (P15)."""


class CurrentMarkingAnswer(Answer):
    """`changed_since`: what of the group is no longer as it was when the authority looked."""

    authority: Authority
    expires_at: datetime
    is_in_grace: bool
    changed_since: list[Change]


class GroupAnswer(Answer):
    id: UUID
    kind: Kind
    name: str
    purpose: str
    what_to_expect: str | None
    visibility: Visibility
    who_sees_members: WhoSeesMembers
    area: str
    version: int
    markings: list[CurrentMarkingAnswer]


class GroupPage(Answer):
    groups: list[GroupAnswer]


class PauseShown(Answer):
    reason: str
    until: datetime


class MyGroupAnswer(GroupAnswer):
    """`my_state` is None in a group of the directory that one has nothing to do with.

    `meeting_place` is for active members; `who_sees_you` is what holds for whoever belongs (P15).

    `suspended_because` and `suspended_until` are there while one is suspended: then nothing else of the group is.
    `pause` tells an active member why the group does not send and is not listed, and until when (P4).
    `merged_from` is the name of the scheme with which one came, where two became one.
    `is_vacant` tells an active member that nobody leads the group, and `may_open_ballot` that they may change that.
    """

    my_state: MembershipState | None
    my_office: str | None
    meeting_place: str | None
    who_sees_you: str
    suspended_because: str | None
    suspended_until: datetime | None
    is_vacant: bool
    may_open_ballot: bool
    pause: PauseShown | None
    merged_from: str | None


class MembershipAnswer(Answer):
    group_id: UUID
    person_id: UUID
    state: MembershipState
    since: datetime
    version: int


class TermAnswer(Answer):
    group_id: UUID
    person_id: UUID
    office: str
    since: datetime
    ends_at: datetime | None


class MemberAnswer(Answer):
    """`name` is None until identity has told it; `reason` and `suspended_until` are there for officers alone."""

    person_id: UUID
    name: str | None
    state: MembershipState
    office: str | None
    is_forwarder: bool
    since: datetime
    reason: str | None
    suspended_until: datetime | None
    markings: list[CurrentMarkingAnswer]


class MarkingAnswer(Answer):
    marking_id: UUID
    entry: Entry
    subject_kind: SubjectKind
    subject_id: UUID
    authority: Authority
    entered_at: datetime
    expires_at: datetime
    statement: str | None
    declared_membership: bool
    reason: str | None


def my_group(group: Seen, mine: Mine | None) -> MyGroupAnswer:
    return MyGroupAnswer(
        **GroupAnswer.model_validate(group).model_dump(),
        my_state=mine.state if mine else None,
        my_office=mine.office if mine else None,
        meeting_place=group.meeting_place if mine and mine.state is MembershipState.ACTIVE else None,
        who_sees_you=WHO_SEES_YOU[group.who_sees_members],
        suspended_because=mine.suspended_because if mine else None,
        suspended_until=mine.suspended_until if mine else None,
        is_vacant=mine is not None and mine.is_vacant,
        may_open_ballot=mine is not None and mine.may_open_ballot,
        pause=PauseShown.model_validate(mine.pause) if mine and mine.pause else None,
        merged_from=mine.merged_from if mine else None,
    )


def member(seen: Member) -> MemberAnswer:
    return MemberAnswer.model_validate(seen)
