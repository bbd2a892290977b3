"""Two schemes become one because both coordinators say so: what each of the people is afterwards."""

from datetime import timedelta

from groups.domain.errors import OnlySchemesMerge
from groups.domain.groups import Group, Kind
from groups.domain.memberships import BELONGING, Membership, MembershipState

LINK_OPEN_FOR = timedelta(days=7)

COMING = BELONGING | {MembershipState.PENDING}
"""Who comes along from the scheme that ends: members, suspended or not, and who has asked to be one."""
# Who belongs stays as they are, and whom the scheme removed it has not taken back by merging.
_STAYING = BELONGING | {MembershipState.REMOVED}


def must_be_a_scheme(group: Group) -> None:
    """Else OnlySchemesMerge."""
    if group.kind is not Kind.NEIGHBOURHOOD_WATCH:
        raise OnlySchemesMerge


def comes_along(giving: Membership, there: Membership | None) -> bool:
    """Whether a person of the scheme that ends comes to the other, given what they are there already."""
    if giving.state not in COMING:
        return False
    if there is None:
        return True
    # Asked or invited there, they come in as the member that they are here, but asking twice is asking once.
    is_open = there.state in {MembershipState.PENDING, MembershipState.INVITED}
    return there.state not in _STAYING and (giving.belongs or not is_open)
