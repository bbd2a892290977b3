"""A member takes a marking along as a file, to show it to somebody who verifies it offline (P8)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchMarking
from groups.use_cases.list_members import list_markings


async def export_statement(uow: UnitOfWork, actor: Principal, group_id: UUID, marking_id: UUID, now: datetime) -> str:
    """The signed statement of a marking that the actor sees. NoSuchGroup, NoSuchMarking."""
    for entry in await list_markings(uow, actor, group_id, now):
        if entry.marking_id == marking_id and entry.statement is not None:
            return entry.statement
    raise NoSuchMarking
