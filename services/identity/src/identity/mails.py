"""The words of identity's security mail: what happened, and what to do next."""

from dataclasses import dataclass

from identity.domain.link_purposes import MailKind


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text. `{name}` is the person, `{link}` the link that the mail is for, if any."""

    subject: str
    text: str
    path: str | None = None


WORDS: dict[MailKind, Words] = {
    MailKind.CONFIRM_EMAIL: Words(
        "Please confirm your e-mail address",
        # Without the name: whoever typed it need not own the mailbox, and could write to a stranger in our words.
        "Hello,\n\nplease open this page and type the password that you chose, to confirm your address and "
        "start using OurWatch:\n\n{link}\n\n"
        "The link works for 24 hours. If you did not sign up, leave it: nothing will happen.\n",
        "/accounts/confirm",
    ),
    MailKind.ALREADY_REGISTERED: Words(
        "You already have an OurWatch account",
        "Hello {name},\n\nsomebody, perhaps you, tried to sign up with this address. You have an account already, "
        "so nothing was changed. Simply sign in.\n\nIf it was not you, you need do nothing.\n",
    ),
    MailKind.STAFF_INVITATION: Words(
        "Your OurWatch staff account",
        "Hello {name},\n\nyou are invited to OurWatch. Please open this page, choose a password and add an "
        "authenticator app:\n\n{link}\n\nThe link works for seven days and is for you alone.\n",
        "/staff-invitations/accept",
    ),
    MailKind.AUTHENTICATOR_ADDED: Words(
        "An authenticator app was added to your account",
        "Hello {name},\n\nan authenticator app now protects your OurWatch account.\n\n"
        "If this was not you, please change your password at once and tell us.\n",
    ),
    MailKind.APPOINTED: Words(
        "You are appointed as an OurWatch coordinator",
        "Hello {name},\n\nyou are now an OurWatch coordinator. Sign in as usual; to work as a coordinator, open the "
        "admin panel and confirm with your authenticator app.\n\nIf you did not expect this, please tell us.\n",
    ),
    MailKind.SESSION_REUSED: Words(
        "We signed you out on one device",
        "Hello {name},\n\nsomething used an old key of one of your sessions, so we ended that session. This can "
        "happen after a restored backup; it can also mean that somebody copied it.\n\nPlease sign in again, and change "
        "your password if you are unsure.\n",
    ),
}
