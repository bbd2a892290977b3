"""Staff mark a group or a person in it as approved (P6 to P9): a review of one."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Refusal

from groups.domain.statements import Signs
from groups.storage.markings import MarkingEntry
from groups.use_cases.review import review

PURPOSE = "To mark a member"
"""What the ledger shows; withdrawing shows the same."""


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

    A refusal says whether the person belongs as well as a marking does, so either is in the ledger (P17).
    The refusals of begin_act, draft_for and grant_of; SigningRefused, SigningOutOfReach.
    """
    [reviewed] = await review(
        uow,
        staff,
        group_id,
        [person_id],
        purpose=PURPOSE if person_id else None,
        declared_household=declared_household,
        signs=signs,
        access_token=access_token,
        now=now,
    )
    if isinstance(reviewed.outcome, Refusal):
        raise reviewed.outcome
    return reviewed.outcome
