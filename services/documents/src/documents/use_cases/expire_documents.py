"""Puts documents into the bin whose last day has come, and ends their releases."""

from datetime import datetime
from uuid import UUID

from shared.db.unit_of_work import UnitOfWork
from sqlalchemy import select

from documents.domain.ledger import Act
from documents.domain.release import Release
from documents.storage.group_scope import enter_group
from documents.storage.ledger import write_line
from documents.storage.sweeping import expired_documents, put_expired_into_bin
from documents.storage.tables import releases
from documents.use_cases.fail_alone import fail_alone
from documents.use_cases.revoke_release import revocation_of


async def expire_documents(uow: UnitOfWork, group_id: UUID, at: datetime) -> int:
    """How many of this group's documents went, each in a transaction of its own; what is to be kept longer stays."""
    async with uow:
        await enter_group(uow.session, group_id)
        expired = await expired_documents(uow.session, group_id, at)
    went = 0
    for document_id in expired:
        with fail_alone("expire_document", group_id=group_id, document_id=document_id):
            went += await _expire(uow, group_id, document_id, at)
    return went


async def _expire(uow: UnitOfWork, group_id: UUID, document_id: UUID, at: datetime) -> bool:
    async with uow:
        await enter_group(uow.session, group_id)
        if not await put_expired_into_bin(uow.session, group_id, document_id, at):
            return False
        await write_line(uow.session, group_id, document_id, Act.PUT_INTO_BIN, at)
        columns = releases.c
        live = select(Release).where(columns.document_id == document_id, columns.revoked_at.is_(None)).with_for_update()
        for release in (await uow.session.scalars(live)).all():
            release.revoke(None, at)
            await write_line(uow.session, group_id, document_id, Act.REVOKED, at, release_id=release.id)
            uow.record(revocation_of(release, ()))
    return True
