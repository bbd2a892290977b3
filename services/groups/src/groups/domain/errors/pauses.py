"""Refusals about pausing a group (P4)."""

from shared.errors import Conflict, Forbidden, NotFound


class NoSuchPause(NotFound):
    code = "groups.no_such_pause"
    detail = "Nothing is asked for here that waits for you, and nothing is paused."


class PausedAlready(Conflict):
    code = "groups.paused_already"
    detail = "A pause of this group is asked for, or under way."


class TwoAuthoritiesPause(Forbidden):
    """P4: two people of different authorities."""

    code = "groups.two_authorities_pause"
    detail = "Another person, of the other authority, has to confirm."


class CannotPauseYourOwnGroup(Forbidden):
    code = "groups.cannot_pause_your_own_group"
    detail = "Nobody pauses a group in which they hold an office."
