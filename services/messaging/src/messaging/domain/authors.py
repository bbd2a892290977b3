"""Who writes: an officer for their group, or a staff member for their organisation (P23)."""

from typing import NamedTuple
from uuid import UUID


class Author(NamedTuple):
    """Both are set where staff write to one group alone."""

    person_id: UUID
    group_id: UUID | None
    organisation_id: UUID | None
