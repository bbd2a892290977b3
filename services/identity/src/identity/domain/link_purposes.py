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


LINK_OF = {
    MailKind.CONFIRM_EMAIL: LinkPurpose.CONFIRM_EMAIL,
    MailKind.STAFF_INVITATION: LinkPurpose.STAFF_INVITATION,
}
