"""Staff looked at how a member can be reached (P17)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Role


@dataclass
class ContactLook:
    """One look. `staff_id` is for the organisation's own inquiry; the member and the group never see it.

    `person_id` is None once the person was erased.
    """

    id: UUID
    staff_id: UUID
    organisation_id: UUID
    role: Role
    purpose: str
    person_id: UUID | None
    group_id: UUID
    at: datetime
