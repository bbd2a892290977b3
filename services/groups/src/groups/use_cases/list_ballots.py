"""Members read their group's ballots (P12)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.storage import ballot_queries
from groups.storage.ballot_queries import SeenBallot
from groups.storage.groups import Groups


async def list_ballots(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Sequence[SeenBallot]:
    """The last ones; of those that are over, every vote under its receipt. NoSuchGroup."""
    async with uow:
        _, standing = await Groups(uow.session).for_member(actor, group_id, now)
        return await ballot_queries.list_ballots(uow.session, group_id, standing, now)
