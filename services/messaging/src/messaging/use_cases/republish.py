"""Records the links of every release and every comms issue again, so that documents and groups can be rebuilt."""

from shared.contracts.messaging import ReleaseLinksIssued
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from messaging.keyring import Keyring
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.known import group_name
from messaging.storage.tables import deliveries, sends
from messaging.use_cases.release_links import release_links


async def republish(uow: UnitOfWork, keyring: Keyring) -> int:
    """How many were told again. Chunks are no news to others and are not told."""
    async with uow:
        issues = await CommsIssues(uow.session).everything()
        for issue in issues:
            uow.record(issue)
        releases = (
            await uow.session.execute(
                select(sends.c.id, sends.c.release_id, sends.c.group_id).where(sends.c.release_id.is_not(None))
            )
        ).all()
        for send_id, release_id, group_id in releases:
            refs = await uow.session.scalars(select(deliveries.c.recipient_ref).where(deliveries.c.send_id == send_id))
            name = await group_name(uow.session, group_id) or "A group"
            links = release_links(keyring, release_id, name, refs)
            uow.record(ReleaseLinksIssued(release_id=release_id, group_id=group_id, links=links, version=1))
    return len(releases) + len(issues)
