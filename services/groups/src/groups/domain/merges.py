"""Two schemes become one because both coordinators say so: between which, and for how long one offers it."""

from datetime import timedelta

from groups.domain.errors import NamesWouldOpen, OnlySchemesMerge
from groups.domain.groups import Group, Kind

LINK_OPEN_FOR = timedelta(days=7)


def must_be_a_scheme(group: Group) -> None:
    """Else OnlySchemesMerge."""
    if group.kind is not Kind.NEIGHBOURHOOD_WATCH:
        raise OnlySchemesMerge


def must_open_no_names(giving: Group, going_on: Group) -> None:
    """Else NamesWouldOpen: nobody accepted to be seen by more than they were told (P15)."""
    if going_on.names_are_open and not giving.names_are_open:
        raise NamesWouldOpen
