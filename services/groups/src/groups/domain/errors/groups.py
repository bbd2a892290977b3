"""Refusals about groups and where they are. A hidden group and a missing one give the same one (P14)."""

from shared.errors import Conflict, Invalid, NotFound


class NoSuchGroup(NotFound):
    code = "groups.not_found"


class NoSuchWard(Invalid):
    code = "groups.no_such_ward"
    detail = "Please choose a ward that OurWatch knows."


class NoSuchPreparedScheme(NotFound):
    code = "groups.no_such_prepared_scheme"
    detail = "Your organisation has prepared no such scheme, or it was taken over."


class PanelMembersAreOpen(Invalid):
    """P15."""

    code = "groups.panel_members_are_open"
    detail = "In a ward panel all members see each other. This cannot be changed."


class TooLateToReopen(Conflict):
    code = "groups.too_late_to_reopen"
    detail = "A group can be opened again for 90 days after it was closed. Please found a new one."


class NoSuchPage(Invalid):
    """A page of the nearest goes on after an area and an id."""

    code = "groups.no_such_page"
    detail = "The page after a group is asked for with its id and, where the nearest come first, with its area."


class OutsideAllAreas(NotFound):
    code = "groups.outside_all_areas"
    detail = "This place is outside all the wards that OurWatch knows."


class ChangedMeanwhile(Conflict):
    code = "groups.changed_meanwhile"
    detail = "Somebody changed the group meanwhile. Please look again."
