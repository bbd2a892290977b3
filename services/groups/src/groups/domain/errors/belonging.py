"""Refusals about who belongs to a group, and how they come and go."""

from shared.errors import Conflict, Forbidden, Invalid, NotFound


class NoSuchLink(NotFound):
    """Unknown, expired, revoked and used up are told apart by nobody."""

    code = "groups.link_not_valid"
    detail = "This link does not work any more. Please ask the person who sent it for a new one."


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
