"""What a message is about: each member may leave out what they do not want."""

from enum import StrEnum

URGENT = 1
"""An alert of this priority waits for nobody's quiet hours."""


class MessageType(StrEnum):
    """The kinds of message that a member may choose among."""

    CRIME_ALERT = "crime_alert"
    WITNESS_APPEAL = "witness_appeal"
    ADVICE = "advice"
    LOCAL_NEWS = "local_news"
    EVENT = "event"
    SURVEY = "survey"
    GROUP_NEWS = "group_news"
