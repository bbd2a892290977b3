"""What falls due is done row by row, so that one that fails holds up no other."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from shared.logging import get_logger

log = get_logger("identity.due")


async def one_by_one(
    unit_of_work: Callable[[], UnitOfWork],
    due: Callable[[UnitOfWork, UUID | None], Awaitable[UUID | None]],
    act: Callable[[UnitOfWork, UUID], Awaitable[bool]],
) -> int:
    """Goes through what is due in order of id, each in a transaction of its own; returns for how many `act` was true.

    `due` gives the next after an id. An error is logged and the next one taken; what failed is still due another time.
    """
    done, last = 0, None
    while True:
        async with unit_of_work() as uow:
            found = await due(uow, last)
        if found is None:
            return done
        last = found
        try:
            async with unit_of_work() as uow:
                done += await act(uow, found)
        except Exception as error:  # noqa: BLE001 - one bad row never stalls the rest
            log.warning("due_row_failed", row=str(found), error=error)
