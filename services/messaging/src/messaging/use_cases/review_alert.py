"""A second person of the organisation looks at an urgent alert that one sent alone (P26)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from messaging.domain.errors import ApprovedByAnother, NothingHere
from messaging.domain.permissions import organisation_of
from messaging.storage.reviews import Review, close_review, open_reviews, sender_to_review


async def read_reviews(uow: UnitOfWork, staff: Principal) -> Sequence[Review]:
    """What waits for a second person, the most pressing first."""
    organisation_id = organisation_of(staff)
    async with uow:
        return await open_reviews(uow.session, organisation_id)


async def review_alert(uow: UnitOfWork, staff: Principal, message_id: UUID, now: datetime) -> None:
    """Raises NothingHere for what waits for no review of this organisation, ApprovedByAnother for its sender."""
    organisation_id = organisation_of(staff)
    async with uow:
        sent_by = await sender_to_review(uow.session, message_id, organisation_id)
        if sent_by is None:
            raise NothingHere
        if sent_by == staff.id:
            raise ApprovedByAnother
        await close_review(uow.session, message_id, staff.id, now)
