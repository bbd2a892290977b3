"""What waits for police and coordinators in their areas."""

from enum import StrEnum


class WorkList(StrEnum):
    AWAITING_MARKING = "awaiting_marking"
    """The group, or who coordinates the scheme, has no current marking of one's own authority."""
    EXPIRING = "expiring"
    """One's own authority's marking ends within 90 days, or is in its days of grace."""
    WITHOUT_LEADER = "without_leader"
    """Nobody holds the leading office: the members may be asked for a volunteer."""
    WITHOUT_SECOND_FACTOR = "without_second_factor"
    """An officer has not acted there with a second factor yet: they may need help to enrol one."""
    COMMS_ISSUES = "comms_issues"
    """Mail to an active member does not arrive: the group may know another way. Nobody is told who it is (P16)."""
    NEARLY_EMPTY = "nearly_empty"
    """One active member is left, or none."""
