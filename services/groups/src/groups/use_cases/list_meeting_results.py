"""Members read what meetings decided, so that they can object (P12)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage.groups import Groups
from groups.storage.meeting_queries import SeenResult, list_results


async def list_meeting_results(
    uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime
) -> Sequence[SeenResult]:
    """The last ones, the latest first. NoSuchGroup."""
    async with uow:
        await Groups(uow.session).for_member(actor, group_id, now)
        return await list_results(uow.session, group_id)
