"""The record of every key operation, written in the transaction of the operation and never changed."""

from uuid import UUID

from shared.auth.principal import Principal
from shared.ids import new_id
from shared.logging import current_correlation_id
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.storage.tables import audit


async def write_down(
    session: AsyncSession,
    operation: str,
    group_id: UUID,
    by: Principal | None = None,
    *,
    document_id: UUID | None = None,
    version_id: UUID | None = None,
    release_id: UUID | None = None,
    recipient_ref: UUID | None = None,
) -> None:
    """Who did what with whose key; `by` is None where a link was used."""
    row = {
        "id": new_id(),
        "operation": operation,
        "group_id": group_id,
        "person_id": by.id if by else None,
        "session_id": by.session_id if by else None,
        "document_id": document_id,
        "version_id": version_id,
        "release_id": release_id,
        "recipient_ref": recipient_ref,
        "correlation_id": current_correlation_id(),
    }
    await session.execute(insert(audit).values(row))
