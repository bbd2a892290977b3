"""What a relay's refusal means: for ever or for now, and whether it is about the mailbox."""

import re

_ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}\b")
# RFC 3463 sections 3.2 and 3.3: addressing and mailbox; x.1.7 and x.1.8 are about the sender, x.2.3 about a long mail.
_OF_THE_MAILBOX = re.compile(r"5\.(1\.(?![78]\b)|2\.(?!3\b))")
# RFC 5321 section 4.2.3: no such mailbox, not here, full, not a name.
_MAILBOX_CODES = frozenset({550, 551, 552, 553})


class MailNotTaken(Exception):
    """The relay did not take a mail. `permanent` is a 5xx; anything else may succeed later.

    `mailbox_fails` says that it was refused for ever because of the mailbox, not of the mail or of us. Code 0 is no
    answer at all.
    """

    def __init__(self, *, permanent: bool, code: int, mailbox_fails: bool = False) -> None:
        self.permanent = permanent
        self.code = code
        self.mailbox_fails = mailbox_fails
        super().__init__(f"smtp {code}")


def refusal(code: int, message: str, *, of_recipient: bool) -> MailNotTaken:
    """What the relay said, `of_recipient` to the address of who was to get it."""
    permanent = 500 <= code < 600
    fails = permanent and mailbox_fails(code, message, of_recipient=of_recipient)
    return MailNotTaken(permanent=permanent, code=code, mailbox_fails=fails)


def mailbox_fails(code: int, message: str, *, of_recipient: bool) -> bool:
    """Whether a 5xx is about the mailbox: by its enhanced code, else only where it answers to the recipient alone."""
    if _ENHANCED.match(message):
        return _OF_THE_MAILBOX.match(message) is not None
    return of_recipient and code in _MAILBOX_CODES
