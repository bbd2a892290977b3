"""What a mailed or printed link is for. A secret of one purpose never serves another."""

from datetime import timedelta
from enum import StrEnum


class LinkPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    STAFF_INVITATION = "staff_invitation"
    STOP_RECOVERY = "stop_recovery"


LIFE = {
    LinkPurpose.CONFIRM_EMAIL: timedelta(hours=24),
    LinkPurpose.STAFF_INVITATION: timedelta(days=7),
    LinkPurpose.STOP_RECOVERY: timedelta(days=30),
}


class MailKind(StrEnum):
    """Identity's own security mail."""

    CONFIRM_EMAIL = "confirm_email"
    ALREADY_REGISTERED = "already_registered"
    STAFF_INVITATION = "staff_invitation"
    AUTHENTICATOR_ADDED = "authenticator_added"
    APPOINTED = "appointed"
    SESSION_REUSED = "session_reused"
    ERASED = "erased"
    INACTIVE = "inactive"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_WAITS = "recovery_waits"
    RECOVERED = "recovered"


LINK_OF = {
    MailKind.CONFIRM_EMAIL: LinkPurpose.CONFIRM_EMAIL,
    MailKind.STAFF_INVITATION: LinkPurpose.STAFF_INVITATION,
    MailKind.RECOVERY_ASKED: LinkPurpose.STOP_RECOVERY,
    MailKind.RECOVERY_WAITS: LinkPurpose.STOP_RECOVERY,
}
