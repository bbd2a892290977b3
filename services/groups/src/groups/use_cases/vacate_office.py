"""An officer resigns, or the leader takes another's post back (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.permissions import must_hold_leading_office, must_lead
from groups.storage.groups import Groups
from groups.storage.terms import Terms
from groups.use_cases.events import tell_term


async def vacate_office(uow: UnitOfWork, actor: Principal, group_id: UUID, office: str, now: datetime) -> None:
    """The office is vacant; where it was nothing happens. A holder's own act needs nobody's leave.

    NoSuchGroup, NoSuchOffice; NotTheLeader for another's post, and for the leading office save by its holder.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        wanted = group.office(office)
        term = await Terms(uow.session, group_id).held_in(wanted)
        if term is None or term.person_id != actor.id:
            must_lead(standing, group)
            if wanted == group.leading_office:
                must_hold_leading_office(standing, group)
        if term is not None:
            term.end(now)
            tell_term(uow, term)
