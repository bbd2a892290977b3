"""A send: one mailing to many mailboxes, and what becomes of each of its deliveries."""

from datetime import timedelta
from enum import StrEnum

SUB_BATCH = 25
LINKS_AT_ONCE = 1000
"""Of a release's links as many are told in one event."""
MOST_QUESTIONS_A_DAY = 20
GIVEN_UP_AFTER = timedelta(days=3)
TRIED_AGAIN_AFTER = timedelta(days=30)
"""A mailbox that was refused for ever is left alone so long, and then tried once."""
BOUNCES_IN_A_ROW = 3
"""So many mails that came back for reasons that may pass are as good as one that was refused for ever."""
_WAITS_SECONDS = (1, 5, 15, 60, 300, 900)


class SendKind(StrEnum):
    MESSAGE = "message"
    ALERT = "alert"
    RELEASE = "release"
    CONFIRMATION = "confirmation"
    QUESTION = "question"


class DeliveryState(StrEnum):
    """`queued` is open; each delivery ends in exactly one of the other three (P28).

    What comes back turns from `sent` to `failed`.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"


class LeaveScope(StrEnum):
    """What one click leaves: a list, a group's messages, or an organisation's alerts; never the group (P27)."""

    LIST = "list"
    GROUP = "group"
    ORGANISATION = "organisation"


def wait_before(attempt: int) -> timedelta:
    """How long to wait before the next attempt, after `attempt` of them: from 1 s to 15 min."""
    return timedelta(seconds=_WAITS_SECONDS[min(max(attempt, 1), len(_WAITS_SECONDS)) - 1])
