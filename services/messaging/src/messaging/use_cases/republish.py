"""Records the links of every release and every comms issue again, so that documents and groups can be rebuilt."""

import hashlib

from shared.contracts.messaging import ReleaseLink, ReleaseLinksIssued
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from messaging.keyring import Keyring
from messaging.storage.comms_issues import CommsIssues
from messaging.storage.tables import deliveries, sends


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
            links = [
                ReleaseLink(
                    recipient_ref=ref,
                    secret_sha256=hashlib.sha256(keyring.release_secret(release_id, ref).encode()).hexdigest(),
                )
                for ref in refs
            ]
            uow.record(ReleaseLinksIssued(release_id=release_id, group_id=group_id, links=links, version=1))
    return len(releases) + len(issues)
