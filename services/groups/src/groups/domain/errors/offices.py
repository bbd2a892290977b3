"""Refusals about offices and how they are filled."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound


class LeadingOfficeIsHandedOver(Conflict):
    code = "groups.leading_office_is_handed_over"
    detail = "You lead the group: hand that over before you take another office."


class LeadsAlready(Conflict):
    """P12: nobody moves the leader to another post, neither who stands in nor a meeting."""

    code = "groups.leads_already"
    detail = "This person holds the leading office, and hands it over before they take another."


class TooFewYet(Conflict):
    """P13: a panel that staff founded fills its first office when three people belong to it."""

    code = "groups.too_few_yet"
    detail = "The first officers are chosen once three people have accepted their invitation."


class NoSuchOffice(Invalid):
    code = "groups.no_such_office"
    detail = "This kind of group has no such office."


class NoSuchEnd(Invalid):
    code = "groups.no_such_end"
    detail = "A term ends in the future, within three years."


class CannotLengthenYourOwnTerm(Forbidden):
    code = "groups.cannot_lengthen_your_own_term"
    detail = "Nobody lengthens their own term: the members decide who comes next."


class NoSuchAbsence(Invalid):
    code = "groups.no_such_absence"
    detail = "You may say to be away until a day within the coming year."


class NoSuchBallot(NotFound):
    code = "groups.no_such_ballot"


class BallotIsOpen(Conflict):
    code = "groups.ballot_is_open"
    detail = "A ballot for this office is open already."


class OfficeIsHeld(Conflict):
    code = "groups.office_is_held"
    detail = "The office is held. A ballot opens when enough members ask for it."


class NotOpenForNominations(Conflict):
    code = "groups.not_open_for_nominations"
    detail = "The time for nominations is over."


class NotOpenForVotes(Conflict):
    code = "groups.not_open_for_votes"
    detail = "The ballot does not take votes now."


class NotNominated(Conflict):
    code = "groups.not_nominated"
    detail = "This person does not stand in the ballot."


class NotInTheElectorate(Forbidden):
    code = "groups.not_in_the_electorate"
    detail = "Those vote who were members when voting opened."


class VotedAlready(Conflict):
    code = "groups.voted_already"
    detail = "You have voted."


class NoSuchMeetingResult(NotFound):
    code = "groups.no_such_meeting_result"


class NoSuchMeeting(Invalid):
    code = "groups.no_such_meeting"
    detail = "The meeting was held within the last year."


class ResultIsOpen(Conflict):
    code = "groups.result_is_open"
    detail = "Another result for this office is open to objection."


class ResultIsSettled(Conflict):
    code = "groups.result_is_settled"
    detail = "The time for objections is over."
