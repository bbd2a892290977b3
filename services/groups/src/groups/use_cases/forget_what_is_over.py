"""What need not be kept any more is not kept."""

from datetime import datetime

from shared.db.unit_of_work import UnitOfWork

from groups.storage.abuse_reports import forget_closed_reports
from groups.storage.invitations import forget_expired
from groups.storage.kept_people import forget_people_of_ended_groups
from groups.storage.memberships import forget_departures
from groups.storage.merge_links import forget_expired_merge_links
from groups.storage.prepared_schemes import forget_expired_schemes


async def forget_what_is_over(uow: UnitOfWork, now: datetime) -> None:
    """What was noted so that leaving could be undone, invitations, merge links and prepared schemes that expired,
    people whom ended groups kept, reports of abuse that were closed a year ago.

    Said again it finds nothing.
    """
    async with uow:
        await forget_departures(uow.session, now)
        await forget_expired(uow.session, now)
        await forget_expired_merge_links(uow.session, now)
        await forget_expired_schemes(uow.session, now)
        await forget_people_of_ended_groups(uow.session, now)
        await forget_closed_reports(uow.session, now)
