"""Who may belong to a group at all (P3, P29)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import AccountIsOver, StaffCannotBelong
from groups.storage.known import hold_open_account, is_police_or_administrator


async def must_be_a_resident(session: AsyncSession, person_id: UUID) -> None:
    """Else StaffCannotBelong: the human has a police or administrator account."""
    if await is_police_or_administrator(session, person_id):
        raise StaffCannotBelong


async def must_come_in_as_a_resident(session: AsyncSession, person_id: UUID) -> None:
    """As above, for who comes in by their own act; AccountIsOver for a person who is being forgotten.

    To be asked before a group is locked, as forgetting does.
    """
    if not await hold_open_account(session, person_id):
        raise AccountIsOver
    await must_be_a_resident(session, person_id)
