"""Refusals about schemes that become one."""

from shared.errors import Conflict, Forbidden


class OnlySchemesMerge(Conflict):
    code = "groups.only_schemes_merge"
    detail = "Neighbourhood Watch schemes alone can be merged."


class NamesWouldOpen(Conflict):
    """P15: nobody is seen by more people than they were told when they joined."""

    code = "groups.names_would_open"
    detail = "The other scheme shows its members to one another, and yours does not. Agree on that first."


class NoMergingWhilePaused(Conflict):
    """P4: a pause is not escaped by going up in another scheme."""

    code = "groups.no_merging_while_paused"
    detail = "One of the two schemes is paused. Merge when the pause is over."


class MergingTakesTwo(Forbidden):
    code = "groups.merging_takes_two"
    detail = "Two schemes merge when two people, each coordinating one of them, agree."
