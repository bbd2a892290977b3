"""An invitation that is to be mailed."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class DueInvitation(NamedTuple):
    """An invitation in hand. `is_over`: the group has ended meanwhile, or the invitation has."""

    id: UUID
    group_name: str
    office: str | None
    sealed_address: str
    attempts: int
    accepted_at: datetime
    expires_at: datetime
    is_over: bool
