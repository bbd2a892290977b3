"""What identity tells the others."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.envelope import Event


class PersonChanged(Event):
    """A member's account. `area` is a ward's GSS code; `state` is `registered`, `active` or `closed`."""

    type: ClassVar[str] = "identity.person_changed.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID
    display_name: str
    state: Literal["registered", "active", "closed"]
    area: str | None


class PersonErased(Event):
    """A person is to be forgotten (P29): its version is above every other that tells of them.

    A reader keeps the id as a tombstone, removes the rest, and answers with its own `erasure_done`, each time.
    """

    type: ClassVar[str] = "identity.person_erased.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID


class ContactChanged(Event):
    """How a person is reached; goes to messaging's queue alone. `email` is None until it is confirmed."""

    type: ClassVar[str] = "identity.contact_changed.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID
    email: str | None


class InviteeKnown(Event):
    """A confirmed address as a keyed hash, so that groups can match an invitation without holding an address."""

    type: ClassVar[str] = "identity.invitee_known.v1"
    aggregate: ClassVar[str] = "person_id"

    person_id: UUID
    email_tag: str


class ConsentChanged(Event):
    """A member's dated yes (`given`) to one organisation, or its end (`withdrawn`)."""

    type: ClassVar[str] = "identity.consent_changed.v1"
    aggregate: ClassVar[str] = "consent_id"

    consent_id: UUID
    person_id: UUID
    organisation_id: UUID
    state: Literal["given", "withdrawn"]
    since: datetime


class StaffChanged(Event):
    """A staff account or a coordinator appointment. `person_id` is set where the human is also a member."""

    type: ClassVar[str] = "identity.staff_changed.v1"
    aggregate: ClassVar[str] = "staff_id"

    staff_id: UUID
    person_id: UUID | None
    display_name: str
    organisation_id: UUID
    role: Literal["police", "coordinator", "administrator"]
    areas: list[str]
    state: Literal["active", "ended"]


class OrganisationChanged(Event):
    """An information provider. `authority` says which marking it gives, if any."""

    type: ClassVar[str] = "identity.organisation_changed.v1"
    aggregate: ClassVar[str] = "organisation_id"

    organisation_id: UUID
    name: str
    authority: Literal["police", "ourwatch"] | None


class DataProtectionOfficerNamed(Event):
    """Who of an organisation sees which of its people looked at what (P17); None for nobody.

    It counts while the account or appointment does, which `staff_changed` tells.
    """

    type: ClassVar[str] = "identity.data_protection_officer_named.v1"
    aggregate: ClassVar[str] = "organisation_id"

    organisation_id: UUID
    staff_id: UUID | None


class ContactLookedAt(Event):
    """Staff looked at how a member of a group can be reached (P17): organisation, team and purpose, never the officer.

    It happened once and never changes. `person_id` is None where the person was erased since.
    """

    type: ClassVar[str] = "identity.contact_looked_at.v1"
    aggregate: ClassVar[str] = "look_id"

    look_id: UUID
    group_id: UUID
    person_id: UUID | None
    organisation_id: UUID
    role: Literal["police", "coordinator", "administrator"]
    purpose: str
    at: datetime
