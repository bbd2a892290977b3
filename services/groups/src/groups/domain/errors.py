"""Every refusal of groups, one fact each. A hidden group and a missing one give the same one (P14)."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable


class NoSuchGroup(NotFound):
    code = "groups.not_found"


class NoSuchLink(NotFound):
    """Unknown, expired, revoked and used up are told apart by nobody."""

    code = "groups.link_not_valid"
    detail = "This link does not work any more. Please ask the person who sent it for a new one."


class NotAnOfficer(Forbidden):
    code = "groups.not_an_officer"
    detail = "Only the officers of the group may do this."


class NotTheLeader(Forbidden):
    code = "groups.not_the_leader"
    detail = "Only the chair or coordinator of the group may do this."


class StaffCannotBelong(Forbidden):
    """P3: police and administrators are never members."""

    code = "groups.staff_cannot_belong"
    detail = "Police and administrator accounts cannot belong to a group."


class AccountIsOver(Forbidden):
    """P29: whoever is erased comes into no group any more."""

    code = "groups.account_is_over"
    detail = "This account is closed."


class NotYourRole(Forbidden):
    code = "groups.not_your_role"
    detail = "This is open to police and OurWatch coordinators."


class NotDataProtectionOfficer(Forbidden):
    """P17: the same to colleagues, administrators, whoever was it before, and whoever left."""

    code = "groups.not_data_protection_officer"
    detail = "Only the data-protection officer of an organisation may read this."


class NotPending(Conflict):
    code = "groups.not_pending"
    detail = "At least one of these people has no request waiting."


class NotInvited(Conflict):
    code = "groups.not_invited"
    detail = "There is no invitation to accept."


class NotActive(Conflict):
    code = "groups.not_active"
    detail = "This person is not an active member of the group."


class NotSuspended(Conflict):
    code = "groups.not_suspended"
    detail = "This person is not suspended."


class NoSuchSuspension(Invalid):
    code = "groups.no_such_suspension"
    detail = "A suspension ends in the future, within a year."


class CannotSuspendYourself(Forbidden):
    code = "groups.cannot_suspend_yourself"
    detail = "Nobody suspends themselves. You may leave the group, or resign from your office."


class GroupIsFull(Conflict):
    """P11: twenty members until the first marking."""

    code = "groups.full_until_marked"
    detail = "A group has up to 20 members until police or OurWatch approve it for the first time."


class TooManyInvitations(Conflict):
    """Known and unknown addresses count alike, so that nobody finds out by counting (P10)."""

    code = "groups.too_many_invitations"
    detail = (
        "Your group has invited as many people as it may for now: 20 until police or OurWatch approve it, "
        "and 200 a day. Please withdraw an invitation, or try again tomorrow."
    )


class NoSuchConsent(Invalid):
    code = "groups.no_such_consent"
    detail = "Somebody is kept once they have said yes: today, or before."


class NoSuchKeptPerson(NotFound):
    code = "groups.no_such_kept_person"


class KeptAlready(Conflict):
    code = "groups.kept_already"
    detail = "Your group keeps this person already."


class TooManyKeptPeople(Conflict):
    code = "groups.too_many_kept_people"
    detail = "A group keeps up to 200 people without e-mail."


class NotAList(Invalid):
    code = "groups.not_a_list"
    detail = (
        "Please send a CSV file in UTF-8 of up to 64 KiB and 200 lines, whose first line is "
        "email, or name,how_to_reach,consent_on,consent_how."
    )


class LeaderStays(Conflict):
    code = "groups.leader_stays"
    detail = "The chair or coordinator hands the office over first."


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


class NoSuchWard(Invalid):
    code = "groups.no_such_ward"
    detail = "Please choose a ward that OurWatch knows."


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
