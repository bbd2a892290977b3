"""What a link of a release says about itself, read without counting anything."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from documents.storage.group_scope import enter_release
from documents.storage.tables import release_recipients, releases


@dataclass(frozen=True, slots=True)
class LivingLink:
    """A link that would open now: until when, and the group's name as it was sealed for it (empty where it was not)."""

    until: datetime
    sealed_group_name: str
    has_note: bool


async def living_link(session: AsyncSession, release_id: UUID, ref: UUID, secret: str) -> LivingLink | None:
    """None for a link that does not open now, whatever the reason."""
    await enter_release(session, release_id)
    link, release = release_recipients.c, releases.c
    found = await session.execute(
        select(release.expires_at, link.sealed_group_name, release.has_note)
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
    row = found.first()
    return None if row is None else LivingLink(*row)
