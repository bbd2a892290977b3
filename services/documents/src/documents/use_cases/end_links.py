"""Ends links of a release whose holders no longer belong to the group, or whose group is closed (P18)."""

from shared.clock import now
from shared.contracts.messaging import ReleaseLinksEnded
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select, update

from documents.domain.errors import NothingHere
from documents.domain.ledger import Act
from documents.domain.release import Release
from documents.storage.group_scope import enter_group
from documents.storage.ledger import write_line
from documents.storage.tables import release_recipients
from documents.use_cases.revoke_release import revocation_of


async def end_links(uow: UnitOfWork, ended: ReleaseLinksEnded) -> None:
    """No download that starts after the commit succeeds. Repeating it changes nothing, and what has ended stays so.

    A release that is gone has no links any more. Raises NothingHere for links that have not been issued yet.
    """
    columns = release_recipients.c
    of_release = columns.group_id == ended.group_id, columns.release_id == ended.release_id
    these = *of_release, columns.ref.in_(ended.recipient_refs)
    async with uow:
        await enter_group(uow.session, ended.group_id)
        release = await uow.session.get(Release, ended.release_id, with_for_update=True)
        if release is None:
            return
        known = set(await uow.session.scalars(select(columns.ref).where(*these)))
        if not known.issuperset(ended.recipient_refs):
            raise NothingHere
        live = update(release_recipients).where(*these, columns.revoked_at.is_(None)).values(revoked_at=now())
        if (await uow.session.execute(live.returning(columns.ref))).first() is None or release.revoked_at is not None:
            return
        release.version += 1
        await write_line(
            uow.session, ended.group_id, release.document_id, Act.REVOKED, now(), release_id=ended.release_id
        )
        revoked = select(columns.ref).where(*of_release, columns.revoked_at.is_not(None))
        uow.record(revocation_of(release, (await uow.session.scalars(revoked)).all()))
