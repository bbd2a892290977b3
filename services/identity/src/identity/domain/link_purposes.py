"""What a mailed or printed link is for. A secret of one purpose never serves another."""

from datetime import timedelta
from enum import StrEnum


class LinkPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    STAFF_INVITATION = "staff_invitation"


LIFE = {LinkPurpose.CONFIRM_EMAIL: timedelta(hours=24), LinkPurpose.STAFF_INVITATION: timedelta(days=7)}


class MailKind(StrEnum):
    """Identity's own security mail."""

    CONFIRM_EMAIL = "confirm_email"
    ALREADY_REGISTERED = "already_registered"
    STAFF_INVITATION = "staff_invitation"
    AUTHENTICATOR_ADDED = "authenticator_added"
    APPOINTED = "appointed"
    SESSION_REUSED = "session_reused"
    AREAS_CHANGED = "areas_changed"
    STAFF_SUSPENDED = "staff_suspended"
    STAFF_REINSTATED = "staff_reinstated"
    STAFF_CLOSED = "staff_closed"
    APPOINTMENT_ENDED = "appointment_ended"
    PROVIDER_LINKED = "provider_linked"


LINK_OF = {
    MailKind.CONFIRM_EMAIL: LinkPurpose.CONFIRM_EMAIL,
    MailKind.STAFF_INVITATION: LinkPurpose.STAFF_INVITATION,
}
