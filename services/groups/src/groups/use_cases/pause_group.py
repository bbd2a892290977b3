"""Two people of different authorities pause a group's sending and public listing for 14 days (P4)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NoSuchPause
from groups.domain.pauses import Pause
from groups.storage.groups import Groups
from groups.storage.known import human_behind
from groups.storage.pauses import last_pause
from groups.storage.standings import officers_of
from groups.use_cases.events import tell_pause
from groups.use_cases.staff_acts import marker_of


async def ask_for_pause(uow: UnitOfWork, staff: Principal, group_id: UUID, *, reason: str, now: datetime) -> Pause:
    """Changes nothing until the other authority confirms it, within seven days.

    NotYourRole, NoSuchGroup, CannotPauseYourOwnGroup, PausedAlready.
    """
    async with uow:
        marker = await marker_of(uow.session, staff)
        group = await Groups(uow.session).for_staff(staff, group_id, lock=True)
        pause = Pause.ask(
            group.id,
            await last_pause(uow.session, group.id),
            reason=reason,
            authority=marker.authority,
            asked_by=staff.id,
            human=await human_behind(uow.session, staff),
            officers=await officers_of(uow.session, group.id, now),
            now=now,
        )
        uow.session.add(pause)
        return pause


async def confirm_pause(uow: UnitOfWork, staff: Principal, group_id: UUID, pause_id: UUID, now: datetime) -> Pause:
    """From now on the group is not listed and its own sending is refused, for 14 days; it ends by itself.

    NotYourRole, NoSuchGroup, NoSuchPause, and what Pause.confirm refuses.
    """
    async with uow:
        marker = await marker_of(uow.session, staff)
        group = await Groups(uow.session).for_staff(staff, group_id, lock=True)
        pause = await last_pause(uow.session, group.id)
        # What is confirmed is what was read: its reason will be shown in both authorities' name.
        if pause is None or pause.id != pause_id:
            raise NoSuchPause
        officers = await officers_of(uow.session, group.id, now)
        pause.confirm(marker.authority, staff.id, await human_behind(uow.session, staff), officers, now)
        tell_pause(uow, pause)
        return pause


async def read_pause(uow: UnitOfWork, staff: Principal, group_id: UUID, now: datetime) -> Pause:
    """What waits for the other authority or is in force, whichever asked. NotYourRole, NoSuchGroup, NoSuchPause."""
    async with uow:
        await marker_of(uow.session, staff)
        group = await Groups(uow.session).for_staff(staff, group_id)
        pause = await last_pause(uow.session, group.id)
        if pause is None or not pause.is_open(now):
            raise NoSuchPause
        return pause
