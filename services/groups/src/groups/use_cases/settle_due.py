"""What ends because time has passed: done here so that the others hear of it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger

from groups.domain.groups import Group
from groups.domain.memberships import INVITED_FOR
from groups.storage.due import next_group_due
from groups.storage.erasures import hold_group
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.endings import end_if_nobody_came
from groups.use_cases.events import tell_membership, tell_term
from groups.use_cases.open_ballot import open_first_ballots
from groups.use_cases.settle_ballots import settle_ballots
from groups.use_cases.settle_meeting_results import settle_meeting_results
from groups.use_cases.suspend import resume_due

log = get_logger("groups.due")


async def settle_due(unit: Callable[[], UnitOfWork], now: datetime) -> int:
    """Goes through the groups in which something is due, each in a transaction of its own; returns how many.

    Said again, or by many workers at once, it happens once. A group that fails holds up no other.
    """
    settled, last = 0, None
    while (group_id := await _next(unit(), now, last)) is not None:
        last = group_id
        try:
            async with (uow := unit()):
                await settle(uow, await hold_group(uow.session, group_id), now)
            settled += 1
        except Exception as error:  # noqa: BLE001 - one bad group never stalls the rest
            log.warning("group_not_settled", group=str(group_id), error=error)
    return settled


async def settle(uow: UnitOfWork, group: Group, now: datetime) -> None:
    """Inside an open transaction that has locked the group: does what is due in it, and nothing else."""
    for term in await Terms(uow.session, group.id).run_out(now):
        term.end(now)
        tell_term(uow, term)
    for invited in await Memberships(uow.session, group.id).invited_before(now - INVITED_FOR):
        invited.leave(now)
        tell_membership(uow, invited)
    await resume_due(uow, group, now)
    await settle_ballots(uow, group, now)
    await settle_meeting_results(uow, group, now)
    await open_first_ballots(uow, group, now)
    await end_if_nobody_came(uow, group, now)


async def _next(uow: UnitOfWork, now: datetime, after: UUID | None) -> UUID | None:
    async with uow:
        return await next_group_due(uow.session, now, after)
