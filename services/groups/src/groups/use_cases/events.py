"""Groups' rows as the events that tell of them."""

from datetime import datetime
from uuid import UUID

from shared.contracts.groups import (
    AreaChanged,
    GroupChanged,
    InvitationMade,
    MarkingChanged,
    MembershipChanged,
    OfficeChanged,
    PauseChanged,
)
from shared.db.unit_of_work import UnitOfWork

from groups.domain.groups import Group
from groups.domain.invitees import Invitee
from groups.domain.markings import Entry
from groups.domain.memberships import Membership
from groups.domain.pauses import Pause
from groups.domain.terms import Term
from groups.storage.areas import Area
from groups.storage.expiries import Expired
from groups.storage.markings import MarkingEntry


def tell_area(uow: UnitOfWork, area: Area, version: int) -> None:
    uow.record(AreaChanged(code=area.code, name=area.name, level=area.level.value, parent=area.parent, version=version))


def tell_group(uow: UnitOfWork, group: Group) -> None:
    uow.record(
        GroupChanged(
            group_id=group.id,
            kind=group.kind.value,
            name=group.name,
            visibility=group.visibility.value,
            area=group.area,
            state=group.state.value,
            version=group.version,
        )
    )


def tell_membership(uow: UnitOfWork, membership: Membership) -> None:
    uow.record(
        MembershipChanged(
            membership_id=membership.id,
            group_id=membership.group_id,
            person_id=membership.person_id,
            state=membership.state.value,
            version=membership.version,
        )
    )


def tell_invitation(
    uow: UnitOfWork, invitation_id: UUID, group: Group, invitee: Invitee, office: str | None, expires_at: datetime
) -> None:
    """Told once: whom it is for is known to nobody afterwards, so `republish` cannot tell it again."""
    uow.record(
        InvitationMade(
            invitation_id=invitation_id,
            group_id=group.id,
            group_name=group.name,
            office=office,
            sealed_address=invitee.sealed_address,
            expires_at=expires_at,
            version=1,
        )
    )


def tell_term(uow: UnitOfWork, term: Term, *, is_idle: bool = False) -> None:
    """`is_idle`: its holder is suspended, and it gives nothing while that lasts."""
    uow.record(
        OfficeChanged(
            term_id=term.id,
            group_id=term.group_id,
            person_id=term.person_id,
            office=term.office,
            rights=[] if is_idle else sorted(right.value for right in term.rights),
            since=term.since,
            until=term.until,
            version=term.version,
        )
    )


def tell_marking(uow: UnitOfWork, entry: MarkingEntry) -> None:
    """A grant is the first version of a marking, its withdrawal the second."""
    granted = entry.entry is Entry.GRANT
    uow.record(
        MarkingChanged(
            marking_id=entry.marking_id,
            subject_kind=entry.subject_kind.value,
            subject_id=entry.subject_id,
            authority=entry.authority.value,
            state="current" if granted else "withdrawn",
            version=1 if granted else 2,
        )
    )


def tell_expiry(uow: UnitOfWork, marking: Expired) -> None:
    """The last version of all: a marking that is over is not withdrawn any more."""
    uow.record(
        MarkingChanged(
            marking_id=marking.marking_id,
            subject_kind=marking.subject_kind.value,
            subject_id=marking.subject_id,
            authority=marking.authority.value,
            state="expired",
            version=3,
        )
    )


def tell_pause(uow: UnitOfWork, pause: Pause) -> None:
    """A pause that is in force or was. It ends by its time, which nobody has to tell."""
    assert pause.ends_at is not None  # noqa: S101 - asked for alone it is nobody's to know
    uow.record(PauseChanged(group_id=pause.group_id, paused_until=pause.ends_at, version=pause.number))
