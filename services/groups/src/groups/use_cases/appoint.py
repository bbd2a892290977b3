"""The leader fills a post, or hands the leading office over (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.errors import LeadingOfficeIsHandedOver, NotActive
from groups.domain.permissions import must_hold_leading_office, must_lead
from groups.domain.terms import Term
from groups.storage.groups import Groups
from groups.storage.memberships import Memberships
from groups.storage.terms import Terms
from groups.use_cases.fill_office import fill_office, must_not_lead


async def appoint(
    uow: UnitOfWork,
    actor: Principal,
    group_id: UUID,
    office: str,
    person_id: UUID,
    now: datetime,
    *,
    ends_at: datetime | None = None,
) -> Term:
    """The new term; whoever held the office, and whatever other office the person held, ends with it.

    The leading office itself goes to another by its holder's own act, never by who stands in. The same person again
    changes the planned end alone, and nobody lengthens their own.
    NoSuchGroup, NotTheLeader, NoSuchOffice, NotActive, LeadingOfficeIsHandedOver, LeadsAlready, NoSuchEnd,
    CannotLengthenYourOwnTerm.
    """
    async with uow:
        group, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_lead(standing, group)
        wanted = group.office(office)
        if wanted == group.leading_office:
            must_hold_leading_office(standing, group)
        membership = await Memberships(uow.session, group_id).of(person_id)
        if membership is None or not membership.is_active:
            raise NotActive
        held = await Terms(uow.session, group_id).held_in(wanted)
        if held is not None and held.person_id == person_id and held.is_held(now):
            held.plan_end(ends_at, now, by=actor.id)
            return held
        if person_id == actor.id:
            raise LeadingOfficeIsHandedOver
        await must_not_lead(uow.session, group, person_id, now)
        return await fill_office(uow, Term.begin(group_id, person_id, wanted, now, ends_at=ends_at))
