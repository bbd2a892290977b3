"""What a member wants to be sent, and when not."""

from dataclasses import dataclass
from datetime import time

from messaging.domain.message_types import MessageType


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From a time to another by the local clock; where `until` is the earlier, it is of the next day."""

    start: time
    until: time


@dataclass(frozen=True, slots=True)
class Preferences:
    """By itself a member is sent every type, at any time."""

    muted_types: frozenset[MessageType] = frozenset()
    quiet_hours: QuietHours | None = None
