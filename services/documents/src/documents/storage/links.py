"""What a link of a release says about itself, read without counting anything."""

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from documents.storage.group_scope import enter_release
from documents.storage.tables import release_recipients, releases


async def link_holds_until(session: AsyncSession, release_id: UUID, ref: UUID, secret: str) -> datetime | None:
    """When a link that would open now expires; None for any other, whatever the reason."""
    await enter_release(session, release_id)
    link, release = release_recipients.c, releases.c
    until: datetime | None = await session.scalar(
        select(release.expires_at)
        .join(release_recipients, link.release_id == release.id)
        .where(
            release.id == release_id,
            link.ref == ref,
            link.secret_sha256 == hashlib.sha256(secret.encode()).digest(),
            link.revoked_at.is_(None),
            release.revoked_at.is_(None),
            release.expires_at > func.now(),
            or_(release.download_limit.is_(None), link.downloads < release.download_limit),
        )
    )
    return until
