"""Two schemes become one because both coordinators say so: what each of the people is afterwards."""

from datetime import timedelta

from groups.domain.errors import NamesWouldOpen, OnlySchemesMerge
from groups.domain.groups import Group, Kind
from groups.domain.memberships import Membership, MembershipState

LINK_OPEN_FOR = timedelta(days=7)


def must_be_a_scheme(group: Group) -> None:
    """Else OnlySchemesMerge."""
    if group.kind is not Kind.NEIGHBOURHOOD_WATCH:
        raise OnlySchemesMerge


def comes_along(there: Membership | None) -> bool:
    """Whether a member of the scheme that ends comes to the other, given what they are there already."""
    # Who left, was removed or has not accepted there is not brought there by others (P10); who asked has their answer.
    return there is None or there.state is MembershipState.PENDING


def must_open_no_names(giving: Group, going_on: Group) -> None:
    """Else NamesWouldOpen: nobody accepted to be seen by more than they were told (P15)."""
    if going_on.names_are_open and not giving.names_are_open:
        raise NamesWouldOpen
