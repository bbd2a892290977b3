"""What messaging listens to."""

from shared.bus.subscription import Subscription
from shared.contracts.documents import ReleaseCreated, ReleaseRevoked
from shared.contracts.groups import (
    AreaChanged,
    ContactAsked,
    GroupChanged,
    InvitationMade,
    MembershipChanged,
    OfficeChanged,
    PauseChanged,
)
from shared.contracts.identity import (
    ConsentChanged,
    ContactChanged,
    OrganisationChanged,
    PersonChanged,
    PersonErased,
    StaffChanged,
)
from shared.contracts.messaging import ChunkReady

from messaging.bootstrap import Resources
from messaging.consumers.on_area_changed import on_area_changed
from messaging.consumers.on_chunk_ready import on_chunk_ready
from messaging.consumers.on_consent_changed import on_consent_changed
from messaging.consumers.on_contact_asked import on_contact_asked
from messaging.consumers.on_contact_changed import on_contact_changed
from messaging.consumers.on_group_changed import on_group_changed
from messaging.consumers.on_invitation_made import on_invitation_made
from messaging.consumers.on_membership_changed import on_membership_changed
from messaging.consumers.on_office_changed import on_office_changed
from messaging.consumers.on_organisation_changed import on_organisation_changed
from messaging.consumers.on_pause_changed import on_pause_changed
from messaging.consumers.on_person_changed import on_person_changed
from messaging.consumers.on_person_erased import on_person_erased
from messaging.consumers.on_release_created import on_release_created
from messaging.consumers.on_release_revoked import on_release_revoked
from messaging.consumers.on_staff_changed import on_staff_changed

EVENTS, SENDING = "messaging.events", "messaging.sending"

SUBSCRIPTIONS: tuple[Subscription[Resources], ...] = (
    Subscription(PersonChanged, on_person_changed),
    Subscription(ContactChanged, on_contact_changed),
    Subscription(OrganisationChanged, on_organisation_changed),
    Subscription(ConsentChanged, on_consent_changed),
    Subscription(StaffChanged, on_staff_changed),
    Subscription(PersonErased, on_person_erased),
    Subscription(AreaChanged, on_area_changed),
    Subscription(GroupChanged, on_group_changed),
    Subscription(MembershipChanged, on_membership_changed),
    Subscription(OfficeChanged, on_office_changed),
    Subscription(PauseChanged, on_pause_changed),
    Subscription(ContactAsked, on_contact_asked),
    Subscription(InvitationMade, on_invitation_made),
    Subscription(ReleaseCreated, on_release_created),
    Subscription(ReleaseRevoked, on_release_revoked),
)
SENDING_SUBSCRIPTIONS: tuple[Subscription[Resources], ...] = (Subscription(ChunkReady, on_chunk_ready),)
