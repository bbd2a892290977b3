"""A scheme that a coordinator has prepared for a resident to found: not a group yet, and nobody's (P4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from groups.domain.groups import Visibility

OPEN_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PreparedScheme:
    """What whoever takes it over will found. Its secret is shown once; what is kept is a digest."""

    id: UUID
    organisation_id: UUID
    name: str
    purpose: str
    visibility: Visibility
    area: str
    made_at: datetime
    expires_at: datetime
