"""Refusals about what a panel and the police do together, and about looks that show later."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound


class OnlyInWardPanels(Conflict):
    code = "groups.only_in_ward_panels"
    detail = "Ward panels alone agree priorities with the police."


class PrioritiesAreFull(Conflict):
    code = "groups.priorities_are_full"
    detail = "Three priorities are open. Say what came of one of them first."


class NoSuchPriority(NotFound):
    code = "groups.no_such_priority"
    detail = "The panel has no such priority."


class PriorityIsClosed(Conflict):
    code = "groups.priority_is_closed"
    detail = "What came of this priority was said already."


class NoSuchDelayEnd(Invalid):
    """P17: 90 days at most."""

    code = "groups.no_such_delay_end"
    detail = "A delay ends on a day to come, within 90 days."


class NoSuchDelay(NotFound):
    code = "groups.no_such_delay"
    detail = "Your organisation has asked for no such delay here."


class AgreedAlready(Conflict):
    code = "groups.agreed_already"
    detail = "Somebody has agreed to this delay already."


class TwoPeopleDelay(Forbidden):
    """P17: one asks, another agrees."""

    code = "groups.two_people_delay"
    detail = "Another person of your organisation has to agree."
