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
    MailKind.PROVIDER_LINKED: Words(
        "Your organisation's sign-in now opens your OurWatch account",
        "Hello {name},\n\nsomebody, most likely you, came in to OurWatch through your organisation's own sign-in "
        "for the first time. It works from now on, always together with your authenticator app or passkey.\n\n"
        "If this was not you, please tell an administrator at once.\n",
    ),
    MailKind.AREAS_CHANGED: Words(
        "Your areas in OurWatch have changed",
        "Hello {name},\n\nan administrator changed the areas that you are responsible for in OurWatch. If you "
        "no longer have one that you had, we signed you out; simply sign in again.\n\n"
        "If you did not expect this, please tell us.\n",
    ),
    MailKind.STAFF_SUSPENDED: Words(
        "Your OurWatch staff account is suspended",
        "Hello {name},\n\nan administrator suspended your OurWatch staff account for now, and you are signed out "
        "everywhere.\n\nIf you did not expect this, please ask an administrator.\n",
    ),
    MailKind.STAFF_REINSTATED: Words(
        "Your OurWatch staff account works again",
        "Hello {name},\n\nan administrator reinstated your OurWatch staff account. You can sign in as before.\n\n"
        "If you did not expect this, please tell us.\n",
    ),
    MailKind.STAFF_CLOSED: Words(
        "Your OurWatch staff account is closed",
        "Hello {name},\n\nan administrator closed your OurWatch staff account, and you are signed out everywhere. "
        "It cannot be opened again.\n\nIf you did not expect this, please ask an administrator.\n",
    ),
    MailKind.APPOINTMENT_ENDED: Words(
        "Your appointment as an OurWatch coordinator has ended",
        "Hello {name},\n\nan administrator ended your appointment as an OurWatch coordinator, and your sessions as "
        "coordinator are closed. Your own account goes on as before.\n\nIf you did not expect this, please ask us.\n",
    ),
    MailKind.SESSION_REUSED: Words(
        "We signed you out on one device",
        "Hello {name},\n\nsomething used an old key of one of your sessions, so we ended that session. This can "
        "happen after a restored backup; it can also mean that somebody copied it.\n\nPlease sign in again, and change "
        "your password if you are unsure.\n",
    ),
}
