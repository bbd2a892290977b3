"""Refusals about who may act at all."""

from shared.errors import Forbidden


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
