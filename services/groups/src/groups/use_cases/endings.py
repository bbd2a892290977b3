"""What ends with a membership: every office and right that hung on it, in the same transaction."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.domain.memberships import Membership
from groups.storage.terms import Terms
from groups.use_cases.events import tell_membership, tell_term


async def end_with_terms(uow: UnitOfWork, membership: Membership, now: datetime) -> None:
    """Inside an open transaction: ends what the person holds, and tells of it and of the membership."""
    for term in await Terms(uow.session, membership.group_id).held_by(membership.person_id):
        term.end(now)
        tell_term(uow, term)
    tell_membership(uow, membership)
