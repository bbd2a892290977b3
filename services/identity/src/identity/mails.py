"""The words of identity's security mail: what happened, and what to do next."""

from dataclasses import dataclass

from identity.domain.link_purposes import MailKind


@dataclass(frozen=True, slots=True)
class Words:
    """A subject and a text. `{name}` is the person, `{link}` and `{code}` what the mail is for, if any."""

    subject: str
    text: str
    path: str | None = None


_NOT_YOU = "If this was not you, please change your password at once and tell us.\n"

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
        "Hello {name},\n\nan authenticator app now protects your OurWatch account.\n\n" + _NOT_YOU,
    ),
    MailKind.AUTHENTICATOR_REPLACED: Words(
        "Another authenticator app protects your account",
        "Hello {name},\n\nanother authenticator app has taken the place of the one that protected your OurWatch "
        "account. Codes of the old one no longer work.\n\n" + _NOT_YOU,
    ),
    MailKind.AUTHENTICATOR_REMOVED: Words(
        "The authenticator app was removed from your account",
        "Hello {name},\n\nno authenticator app protects your OurWatch account any more.\n\n" + _NOT_YOU,
    ),
    MailKind.PASSKEY_ADDED: Words(
        "A passkey was added to your account",
        "Hello {name},\n\nwhoever has the passkey “{label}” can now sign in to your OurWatch account.\n\n" + _NOT_YOU,
    ),
    MailKind.PASSKEY_REMOVED: Words(
        "A passkey was removed from your account",
        "Hello {name},\n\nthe passkey “{label}” no longer opens your OurWatch account.\n\n" + _NOT_YOU,
    ),
    MailKind.MAILED_CODES_CHOSEN: Words(
        "You get sign-in codes by e-mail from now on",
        "Hello {name},\n\nwhen you sign in to OurWatch, we will mail you a code of six digits to type.\n\n" + _NOT_YOU,
    ),
    MailKind.MAILED_CODES_ENDED: Words(
        "You no longer get sign-in codes by e-mail",
        "Hello {name},\n\nwe mail you no more codes when you sign in to OurWatch.\n\n" + _NOT_YOU,
    ),
    MailKind.MAILED_CODE: Words(
        "Your OurWatch code",
        "Hello {name},\n\nyour code is\n\n    {code}\n\nIt works once, for ten minutes, and on the OurWatch page "
        "where you asked for it. Never tell it to anybody: we will not ask for it.\n\n"
        "If you did not just sign in, somebody knows your password. Please change it at once.\n",
    ),
    MailKind.RECOVERY_CODES_MADE: Words(
        "You have new recovery codes",
        "Hello {name},\n\nten recovery codes were made for your OurWatch account. Earlier ones no longer work. Keep "
        "them on paper, apart from your phone.\n\n" + _NOT_YOU,
    ),
    MailKind.RECOVERY_CODE_USED: Words(
        "A recovery code was used for your account",
        "Hello {name},\n\none of your recovery codes was used. You have {left} left. If you lost your app or passkey, "
        "please add a new one now.\n\n" + _NOT_YOU,
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
    MailKind.SESSIONS_ENDED: Words(
        "You were signed out everywhere",
        "Hello {name},\n\nyou, or somebody who uses your account, signed your account out on every device.\n\n"
        "If that was not you, please change your password at once.\n",
    ),
    MailKind.DEVICE_FORGOTTEN: Words(
        "A device was forgotten",
        "Hello {name},\n\nyou, or somebody who uses your account, had OurWatch forget this device and signed it out: "
        "{device}.\n\nIf that was not you, please change your password at once.\n",
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
        "than they are needed: unless you sign in within {months} month(s) of this mail, your account and all that we "
        "hold about you will be erased.\n\nIf you want to stay, simply sign in. If not, you need do nothing.\n",
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
