"""Two people of an organisation keep its looks at a group out of sight for a time (P17)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.look_delays import LookDelay
from groups.storage.groups import Groups
from groups.storage.known import human_behind
from groups.storage.look_delays import LookDelays
from groups.use_cases.staff_acts import marker_of


async def ask_for_delay(
    uow: UnitOfWork, staff: Principal, group_id: UUID, *, reason: str, until: date, now: datetime
) -> LookDelay:
    """In force once another agrees. NotYourRole, NoSuchGroup, NoSuchDelayEnd."""
    async with uow:
        organisation_id = (await marker_of(uow.session, staff)).organisation_id
        await Groups(uow.session).for_staff(staff, group_id)
        delay = LookDelay.ask(group_id, organisation_id, asked_by=staff.id, reason=reason, until=until, now=now)
        LookDelays(uow.session, group_id, organisation_id).add(delay)
        return delay


async def agree_to_delay(uow: UnitOfWork, staff: Principal, group_id: UUID, delay_id: UUID, now: datetime) -> None:
    """From now on the looks of the organisation at this group show on that day. What was shown stays shown.

    NotYourRole, NoSuchGroup, NoSuchDelay, and what LookDelay.agree refuses.
    """
    async with uow:
        organisation_id = (await marker_of(uow.session, staff)).organisation_id
        await Groups(uow.session).for_staff(staff, group_id)
        delay = await LookDelays(uow.session, group_id, organisation_id).get(delay_id)
        delay.agree(staff.id, await human_behind(uow.session, staff), now)


async def list_delays(uow: UnitOfWork, staff: Principal, group_id: UUID) -> Sequence[LookDelay]:
    """The organisation's own (P5). NotYourRole, NoSuchGroup."""
    async with uow:
        organisation_id = (await marker_of(uow.session, staff)).organisation_id
        await Groups(uow.session).for_staff(staff, group_id)
        return await LookDelays(uow.session, group_id, organisation_id).list_all()
