"""Refusals about markings and their log."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class CannotMarkYourself(Forbidden):
    code = "groups.cannot_mark_yourself"
    detail = "Nobody marks themselves."


class CannotMarkYourOwnGroup(Forbidden):
    code = "groups.cannot_mark_your_own_group"
    detail = "Nobody marks a group in which they, or somebody of their household, hold an office."


class DeclarationNeeded(Invalid):
    """P6: a household is known to its people alone, so they are asked each time."""

    code = "groups.declaration_needed"
    detail = "Please say whether somebody of your household holds an office in this group."


class OnePersonMarksOnce(Forbidden):
    """P6: two markings come from two people."""

    code = "groups.one_person_marks_once"
    detail = "The other authority's marking was given by you. It takes another person to give this one."


class OrganisationCannotMark(Forbidden):
    code = "groups.organisation_cannot_mark"
    detail = "Your organisation does not give this kind of marking."


class OrganisationNotKnownYet(Unavailable):
    code = "groups.organisation_not_known_yet"
    detail = "Your organisation is being set up. Please try again in a moment."


class MarkedAlready(Conflict):
    code = "groups.marked_already"
    detail = "This authority's marking is current and far from its end."


class NotMarked(Conflict):
    code = "groups.not_marked"
    detail = "Your organisation has no current marking here."


class NoSuchMarking(NotFound):
    code = "groups.no_such_marking"
    detail = "There is no such marking here, or nothing is left of its statement."


class SigningRefused(Forbidden):
    code = "groups.signing_refused"
    detail = "The marking was not signed: role, organisation or area do not fit."


class SigningOutOfReach(Unavailable):
    code = "groups.signing_out_of_reach"


class LogIsBroken(Conflict):
    """The log of markings is not what its signed heads promise. Nothing is signed until somebody has looked."""

    code = "groups.log_is_broken"
