"""Refusals about schemes that become one."""

from shared.errors import Conflict, Forbidden


class OnlySchemesMerge(Conflict):
    code = "groups.only_schemes_merge"
    detail = "Neighbourhood Watch schemes alone can be merged."


class MergingTakesTwo(Forbidden):
    code = "groups.merging_takes_two"
    detail = "Two schemes merge when two people, each coordinating one of them, agree."
