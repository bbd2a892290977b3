"""Who may belong to a group at all (P3)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import StaffCannotBelong
from groups.storage.known import is_police_or_administrator


async def must_be_a_resident(session: AsyncSession, person_id: UUID) -> None:
    """Else StaffCannotBelong: the human has a police or administrator account."""
    if await is_police_or_administrator(session, person_id):
        raise StaffCannotBelong
