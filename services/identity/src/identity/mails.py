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
        "so nothing was changed. Simply sign in.\n\nDo you share this mailbox with somebody who has the account? "
        "Then sign up again and add a short name of your own.\n\nIf it was not you, you need do nothing.\n",
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
    MailKind.NEW_DEVICE: Words(
        "Your account was used on a new device",
        "Hello {name},\n\nsomebody signed in to your OurWatch account on a device that we had not seen before: "
        "{device}.\n\nIf that was you, there is nothing to do. If not, please change your password at once: "
        "that signs everybody else out.\n",
    ),
    MailKind.SESSION_ENDED: Words(
        "You were signed out on a device",
        "Hello {name},\n\nyou, or somebody who uses your account, signed your account out on: {device}.\n\n"
        "If that was not you, please change your password at once.\n",
    ),
    MailKind.PASSWORD_CHANGED: Words(
        "Your password was changed",
        "Hello {name},\n\nthe password of your OurWatch account was changed, and every other device was signed "
        "out.\n\nIf that was not you, please ask for a new password at once on the sign-in page.\n",
    ),
    MailKind.RESET_PASSWORD: Words(
        "Choose a new password",
        "Hello {name},\n\nplease open this page to choose a new password:\n\n{link}\n\nThe link works for an hour. "
        "If you did not ask for it, leave it: nothing will happen.\n",
        "/password-resets/open",
    ),
    MailKind.CONFIRM_NEW_EMAIL: Words(
        "Please confirm your new e-mail address",
        # Without the name, as for any mailbox that nobody has shown to be theirs.
        "Hello,\n\nplease open this page to confirm that OurWatch may write to you here from now on:\n\n{link}\n\n"
        "The link works for 24 hours. If you did not ask for it, leave it: nothing will happen.\n",
        "/email-changes/confirm",
    ),
    MailKind.NEW_EMAIL_IN_USE: Words(
        "This address has an OurWatch account already",
        "Hello,\n\nsomebody, perhaps you, asked to move an OurWatch account to this address. It has an account "
        "already, so nothing was changed.\n",
    ),
    MailKind.EMAIL_CHANGE_BEGUN: Words(
        "Your e-mail address is going to change",
        "Hello {name},\n\nsomebody, perhaps you, asked that OurWatch should write to another address from now on. "
        "It takes effect three days after that address was confirmed.\n\nIf this was not you, stop it here and "
        "change your password:\n\n{link}\n",
        "/email-changes/stop",
    ),
    MailKind.EMAIL_CHANGED: Words(
        "Your e-mail address was changed",
        "Hello {name},\n\nOurWatch now writes to your new address, and you sign in with it.\n",
    ),
    MailKind.SESSION_REUSED: Words(
        "We signed you out on one device",
        "Hello {name},\n\nsomething used an old key of one of your sessions, so we ended that session. This can "
        "happen after a restored backup; it can also mean that somebody copied it.\n\nPlease sign in again, and change "
        "your password if you are unsure.\n",
    ),
}
