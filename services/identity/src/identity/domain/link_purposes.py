"""What a mailed or printed link is for. A secret of one purpose never serves another."""

from datetime import timedelta
from enum import StrEnum


class LinkPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    STAFF_INVITATION = "staff_invitation"
    RESET_PASSWORD = "reset_password"
    CONFIRM_NEW_EMAIL = "confirm_new_email"
    STOP_EMAIL_CHANGE = "stop_email_change"
    STOP_RECOVERY = "stop_recovery"


LIFE = {
    LinkPurpose.CONFIRM_EMAIL: timedelta(hours=24),
    LinkPurpose.STAFF_INVITATION: timedelta(days=7),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
    LinkPurpose.CONFIRM_NEW_EMAIL: timedelta(hours=24),
    LinkPurpose.STOP_EMAIL_CHANGE: timedelta(days=7),
    LinkPurpose.STOP_RECOVERY: timedelta(days=30),
}


class MailKind(StrEnum):
    """Identity's own security mail."""

    CONFIRM_EMAIL = "confirm_email"
    ALREADY_REGISTERED = "already_registered"
    STAFF_INVITATION = "staff_invitation"
    AUTHENTICATOR_ADDED = "authenticator_added"
    AUTHENTICATOR_REPLACED = "authenticator_replaced"
    AUTHENTICATOR_REMOVED = "authenticator_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    MAILED_CODES_CHOSEN = "mailed_codes_chosen"
    MAILED_CODES_ENDED = "mailed_codes_ended"
    MAILED_CODE = "mailed_code"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    APPOINTED = "appointed"
    SESSION_REUSED = "session_reused"
    NEW_DEVICE = "new_device"
    SESSION_ENDED = "session_ended"
    SESSIONS_ENDED = "sessions_ended"
    DEVICE_FORGOTTEN = "device_forgotten"
    PASSWORD_CHANGED = "password_changed"
    RESET_PASSWORD = "reset_password"
    CONFIRM_NEW_EMAIL = "confirm_new_email"
    NEW_EMAIL_IN_USE = "new_email_in_use"
    EMAIL_CHANGE_BEGUN = "email_change_begun"
    EMAIL_CHANGED = "email_changed"
    ERASED = "erased"
    INACTIVE = "inactive"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_WAITS = "recovery_waits"
    RECOVERED = "recovered"
    AREAS_CHANGED = "areas_changed"
    STAFF_SUSPENDED = "staff_suspended"
    STAFF_REINSTATED = "staff_reinstated"
    STAFF_CLOSED = "staff_closed"
    APPOINTMENT_ENDED = "appointment_ended"
    PROVIDER_LINKED = "provider_linked"


LINK_OF = {
    MailKind.CONFIRM_EMAIL: LinkPurpose.CONFIRM_EMAIL,
    MailKind.STAFF_INVITATION: LinkPurpose.STAFF_INVITATION,
    MailKind.RESET_PASSWORD: LinkPurpose.RESET_PASSWORD,
    MailKind.CONFIRM_NEW_EMAIL: LinkPurpose.CONFIRM_NEW_EMAIL,
    MailKind.EMAIL_CHANGE_BEGUN: LinkPurpose.STOP_EMAIL_CHANGE,
    MailKind.RECOVERY_ASKED: LinkPurpose.STOP_RECOVERY,
    MailKind.RECOVERY_WAITS: LinkPurpose.STOP_RECOVERY,
}
