"""What groups listens to."""

from shared.bus.subscription import Subscription
from shared.contracts.identity import (
    ContactLookedAt,
    DataProtectionOfficerNamed,
    InviteeKnown,
    OrganisationChanged,
    PersonChanged,
    PersonErased,
    StaffChanged,
)
from shared.contracts.messaging import CommsIssueChanged

from groups.consumers.on_comms_issue_changed import on_comms_issue_changed
from groups.consumers.on_contact_looked_at import on_contact_looked_at
from groups.consumers.on_data_protection_officer_named import on_data_protection_officer_named
from groups.consumers.on_invitee_known import on_invitee_known
from groups.consumers.on_organisation_changed import on_organisation_changed
from groups.consumers.on_person_changed import on_person_changed
from groups.consumers.on_person_erased import on_person_erased
from groups.consumers.on_staff_changed import on_staff_changed

QUEUE = "groups.events"

SUBSCRIPTIONS: tuple[Subscription[object], ...] = (
    Subscription(PersonChanged, on_person_changed),
    Subscription(InviteeKnown, on_invitee_known),
    Subscription(StaffChanged, on_staff_changed),
    Subscription(OrganisationChanged, on_organisation_changed),
    Subscription(DataProtectionOfficerNamed, on_data_protection_officer_named),
    Subscription(ContactLookedAt, on_contact_looked_at),
    Subscription(PersonErased, on_person_erased),
    Subscription(CommsIssueChanged, on_comms_issue_changed),
)
