"""Staff mark a group or a person in it as approved (P6 to P9)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.statements import Signs
from groups.storage.marking_log import add_entries
from groups.storage.markings import MarkingEntry
from groups.use_cases.events import tell_marking
from groups.use_cases.marking_acts import begin_act, draft_for, grant_of


async def mark(
    uow: UnitOfWork,
    staff: Principal,
    group_id: UUID,
    person_id: UUID | None,
    *,
    declared_household: bool | None,
    signs: Signs,
    access_token: str,
    now: datetime,
) -> MarkingEntry:
    """The grant, signed. With a `person_id` that person is marked, else the group.

    Nothing is locked while the signing process answers: a signature that is not kept was never issued.
    The refusals of begin_act, draft_for and grant_of; SigningRefused, SigningOutOfReach.
    """
    async with uow:
        act = await begin_act(uow.session, staff, group_id, declared_household=declared_household, lock=False, now=now)
        draft = await draft_for(uow.session, act, person_id, now)
    signed = await signs.sign(draft, access_token)
    async with uow:
        act = await begin_act(uow.session, staff, group_id, declared_household=declared_household, lock=True, now=now)
        entry = await grant_of(uow.session, act, person_id, draft, signed, now)
        await add_entries(uow.session, [entry])
        tell_marking(uow, entry)
        return entry
