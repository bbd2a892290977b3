"""Officers admit one or many who asked (P12)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import NotPending
from groups.domain.memberships import Membership
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.use_cases.events import tell_membership
from groups.use_cases.residents import must_be_a_resident
from groups.use_cases.room import must_have_room


async def admit(
    uow: UnitOfWork, actor: Principal, group_id: UUID, person_ids: Sequence[UUID], now: datetime
) -> list[Membership]:
    """All of them or none. NoSuchGroup, NotAnOfficer, NotPending, GroupIsFull, StaffCannotBelong."""
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        wanted = list(dict.fromkeys(person_ids))
        found = await Memberships(uow.session, group_id).of_all(wanted)
        if len(found) < len(wanted):
            raise NotPending
        for person_id in wanted:
            await must_be_a_resident(uow.session, person_id)
            found[person_id].admit(now)
            tell_membership(uow, found[person_id])
        await must_have_room(uow.session, group)
        return [found[person_id] for person_id in wanted]
