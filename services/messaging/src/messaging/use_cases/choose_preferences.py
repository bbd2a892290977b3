"""A member chooses what they are sent, and when not; it holds for what is queued too (P25)."""

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.preferences import Preferences
from messaging.storage.preferences import preferences_of, put_preferences


async def read_preferences(uow: UnitOfWork, member: Principal) -> Preferences:
    async with uow:
        return await preferences_of(uow.session, member.id)


async def choose_preferences(uow: UnitOfWork, member: Principal, chosen: Preferences) -> None:
    """In place of what was chosen before."""
    async with uow:
        await put_preferences(uow.session, member.id, chosen)
