"""A member chooses what they are sent, and when not; it holds for what is queued too (P25)."""

from datetime import datetime
from typing import NamedTuple

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.preferences import Preferences
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.preferences import preferences_of, put_preferences


class Chosen(NamedTuple):
    """`failing_since`: their mailbox takes no emails since then, as far as is known."""

    preferences: Preferences
    failing_since: datetime | None


async def read_preferences(uow: UnitOfWork, member: Principal) -> Chosen:
    async with uow:
        return await _chosen(uow, member)


async def choose_preferences(uow: UnitOfWork, member: Principal, chosen: Preferences) -> Chosen:
    """In place of what was chosen before."""
    async with uow:
        await put_preferences(uow.session, member.id, chosen)
        return await _chosen(uow, member)


async def _chosen(uow: UnitOfWork, member: Principal) -> Chosen:
    failing_since = await CommsIssues(uow.session).since(member.id)
    return Chosen(await preferences_of(uow.session, member.id), failing_since)
