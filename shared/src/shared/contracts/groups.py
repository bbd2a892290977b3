"""What groups tells the others."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import Event

Kind = Literal["neighbourhood_watch", "community_group", "ward_panel"]
GroupState = Literal["active", "archived"]
MembershipState = Literal["invited", "pending", "active", "suspended", "left", "removed"]


class AreaChanged(Event):
    """An area: a force, a borough or a ward, by its GSS code, and the one that it lies in."""

    type: ClassVar[str] = "groups.area_changed.v1"
    aggregate: ClassVar[str] = "code"

    code: str
    name: str
    level: Literal["force", "borough", "ward"]
    parent: str | None


class GroupChanged(Event):
    """A group with its name; goes to messaging alone. `area` is a ward's GSS code."""

    type: ClassVar[str] = "groups.group_changed.v1"
    aggregate: ClassVar[str] = "group_id"

    group_id: UUID
    kind: Kind
    name: str
    visibility: Literal["hidden", "visible"]
    area: str
    state: GroupState


class MembershipChanged(Event):
    """One person in one group. `version` is what a group pass carries as `ver`."""

    type: ClassVar[str] = "groups.membership_changed.v1"
    aggregate: ClassVar[str] = "membership_id"

    membership_id: UUID
    group_id: UUID
    person_id: UUID
    state: MembershipState


class OfficeChanged(Event):
    """A term in an office. `until` is None while it is held; `rights` are none while its holder is suspended."""

    type: ClassVar[str] = "groups.office_changed.v1"
    aggregate: ClassVar[str] = "term_id"

    term_id: UUID
    group_id: UUID
    person_id: UUID
    office: str
    rights: list[str]
    since: datetime
    until: datetime | None


class MarkingChanged(Event):
    """A marking of a subject by an authority: version 1 grants, 2 withdraws, 3 says that its days of grace are over."""

    type: ClassVar[str] = "groups.marking_changed.v1"
    aggregate: ClassVar[str] = "marking_id"

    marking_id: UUID
    subject_kind: Literal["member", "scheme_coordinator", "group"]
    subject_id: UUID
    authority: Literal["police", "ourwatch"]
    state: Literal["current", "withdrawn", "expired"]


class PauseChanged(Event):
    """Two authorities paused a group's own sending (P4); goes to messaging alone.

    `paused_until` is None, or past, where nothing is paused. `version` counts the group's pauses.
    """

    type: ClassVar[str] = "groups.pause_changed.v1"
    aggregate: ClassVar[str] = "group_id"

    group_id: UUID
    paused_until: datetime | None


CONTACT_PURPOSE = "groups.contact_asked"
"""What a question from outside is sealed for (`shared.auth.sealing`)."""


class ContactWords(BaseModel):
    """A question from outside, as it was typed; `reply_to` is the asker's own address."""

    model_config = ConfigDict(frozen=True)

    name: str
    reply_to: str
    text: str


class ContactAsked(Event):
    """Somebody outside wrote to a group's officers; goes to messaging alone, which mails them and forgets it.

    `sealed_words` are ContactWords as JSON, and open for messaging and for the purpose above. `officer_ids` are those
    in office at that moment.
    """

    type: ClassVar[str] = "groups.contact_asked.v1"
    aggregate: ClassVar[str] = "contact_id"

    contact_id: UUID
    group_id: UUID
    officer_ids: list[UUID]
    sealed_words: str


INVITATION_PURPOSE = "groups.invitation_made"
"""What an invited address is sealed for (`shared.auth.sealing`)."""


class InvitationMade(Event):
    """Somebody is invited, to be told by mail; goes to messaging alone, is told once and never again.

    `sealed_address` opens for messaging and for the purpose above. `office` is the inviter's; None where an
    organisation founded the panel (P13).
    """

    type: ClassVar[str] = "groups.invitation_made.v1"
    aggregate: ClassVar[str] = "invitation_id"

    invitation_id: UUID
    group_id: UUID
    group_name: str
    office: str | None
    sealed_address: str
    expires_at: datetime


class ErasureDone(Event):
    """Groups has forgotten a person, as identity's `person_erased` of the same version asked."""

    type: ClassVar[str] = "groups.erasure_done.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID
