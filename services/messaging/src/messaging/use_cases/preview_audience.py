"""A sender looks whom a message would reach, before anything is sent."""

from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.audience import Audience
from messaging.domain.message_types import MessageType
from messaging.domain.permissions import need_officer, organisation_of
from messaging.domain.sends import LeaveScope
from messaging.storage.audience_counts import Counts, count_audience
from messaging.use_cases.choose_audience import choose_for_group, choose_for_staff


async def preview_for_group(uow: UnitOfWork, proof: GroupPass, audience: Audience, message_type: MessageType) -> Counts:
    """Raises OnlyOfficers, ListOfAnotherGroup and NotYourAudience."""
    need_officer(proof)
    async with uow:
        chosen = await choose_for_group(uow.session, proof.group_id, audience)
        scope = _scope_in(proof.group_id, chosen)
        return await count_audience(uow.session, chosen, message_type, scope, group_id=proof.group_id)


async def preview_for_staff(uow: UnitOfWork, staff: Principal, audience: Audience, message_type: MessageType) -> Counts:
    """Raises NotYourAudience and OutsideYourAreas (P5)."""
    organisation_id = organisation_of(staff)
    async with uow:
        chosen = await choose_for_staff(uow.session, staff.areas, organisation_id, audience)
        scope = (LeaveScope.ORGANISATION, organisation_id)
        return await count_audience(uow.session, chosen, message_type, scope, organisation_id=organisation_id)


def _scope_in(group_id: UUID, audience: Audience) -> tuple[LeaveScope, UUID]:
    only = audience.only_list
    return (LeaveScope.GROUP, group_id) if only is None else (LeaveScope.LIST, only)
