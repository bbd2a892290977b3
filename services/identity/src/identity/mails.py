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
    MailKind.ERASED: Words(
        "Your OurWatch account is erased",
        # The name is gone by now, and this is the last that is written to the address.
        "Hello,\n\nyour OurWatch account is erased. Your name, your address, your sign-in and your memberships are "
        "gone from every part of OurWatch. What you wrote or added for a group stays with the group, without your "
        "name. We do not keep this address, so please keep this mail if you want proof.\n\n"
        "You can sign up again at any time, as somebody new.\n",
    ),
    MailKind.INACTIVE: Words(
        "Do you still want your OurWatch account?",
        "Hello {name},\n\nyou have not used your OurWatch account since {since}. We keep nobody's details for longer "
        "than they are needed: unless you sign in before {until}, your account and all that we hold about you will be "
        "erased.\n\nIf you want to stay, simply sign in. If not, you need do nothing.\n",
    ),
    MailKind.RECOVERY_ASKED: Words(
        "Somebody asked to get back into your account",
        "Hello {name},\n\nsomebody, perhaps you, said that they lost everything they need to sign in to your account. "
        "Nothing has changed. Only if two fellow officers of your group vouch for them, and then 72 hours pass, can "
        "they choose a new password.\n\nIf this was not you, please stop it here:\n\n{link}\n",
        "/recoveries/stop",
    ),
    MailKind.RECOVERY_WAITS: Words(
        "Two officers have vouched: your account opens in 72 hours",
        "Hello {name},\n\ntwo fellow officers have vouched for whoever asked to get back into your account. From "
        "{until} they can choose a new password for it.\n\nIf this is not you, please stop it now:\n\n{link}\n\n"
        "or sign in and stop it there, and tell the officers of your group.\n",
        "/recoveries/stop",
    ),
    MailKind.RECOVERED: Words(
        "Your account has a new password",
        "Hello {name},\n\nyour account was recovered with the help of two fellow officers. It has a new password; "
        "every session has ended, and authenticator apps, codes and devices are forgotten. Please add a second "
        "factor again.\n\nIf this was not you, tell the officers of your group at once.\n",
    ),
}
