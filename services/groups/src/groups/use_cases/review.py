"""Staff mark many in one review: each is marked or refused by itself, in one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Refusal

from groups.domain.errors import SigningRefused
from groups.domain.statements import Draft, Signed, Signs
from groups.storage.ledger import write_look
from groups.storage.marking_log import add_entries
from groups.storage.markings import MarkingEntry
from groups.use_cases.events import tell_marking
from groups.use_cases.marking_acts import begin_act, draft_for, grant_of


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What came of one subject: a marking, or why there is none. `person_id` is None for the group itself."""

    person_id: UUID | None
    outcome: MarkingEntry | Refusal


async def review(
    uow: UnitOfWork,
    staff: Principal,
    group_id: UUID,
    subjects: Sequence[UUID | None],
    *,
    purpose: str | None,
    declared_household: bool | None,
    signs: Signs,
    access_token: str,
    now: datetime,
) -> list[Reviewed]:
    """One outcome a subject, in the order asked; who is refused stops nobody else. None stands for the group.

    Nothing is locked while the signing process answers: a signature that is not kept was never issued. What comes out
    says who belongs, so the look is in the ledger (P17); None as its purpose where nobody is asked about.
    The refusals of begin_act; SigningOutOfReach.
    """
    async with uow:
        act = await begin_act(uow.session, staff, group_id, declared_household=declared_household, lock=False, now=now)
        drafts: dict[UUID | None, Draft | Refusal] = {}
        for subject in subjects:
            try:
                drafts[subject] = await draft_for(uow.session, act, subject, now)
            except Refusal as refusal:
                drafts[subject] = refusal
    signed = {subject: await _signed(signs, draft, access_token) for subject, draft in drafts.items()}
    async with uow:
        act = await begin_act(uow.session, staff, group_id, declared_household=declared_household, lock=True, now=now)
        if purpose is not None:
            await write_look(uow.session, staff, group_id, purpose, now)
        reviewed = []
        for subject, outcome in signed.items():
            if isinstance(outcome, Refusal):
                reviewed.append(Reviewed(subject, outcome))
                continue
            try:
                entry = await grant_of(uow.session, act, subject, *outcome, now)
                reviewed.append(Reviewed(subject, entry))
            except Refusal as refusal:
                reviewed.append(Reviewed(subject, refusal))
        grants = [each.outcome for each in reviewed if isinstance(each.outcome, MarkingEntry)]
        # All checks first: the log is locked last of all.
        await add_entries(uow.session, grants)
        for grant in grants:
            tell_marking(uow, grant)
        return reviewed


async def _signed(signs: Signs, draft: Draft | Refusal, access_token: str) -> tuple[Draft, Signed] | Refusal:
    if isinstance(draft, Refusal):
        return draft
    try:
        return draft, await signs.sign(draft, access_token)
    except SigningRefused as refusal:
        return refusal
