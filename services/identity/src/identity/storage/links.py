"""Secrets of links: made when they are sent, kept as a digest, used once."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.link_purposes import LIFE, LinkPurpose
from identity.storage.tables import links

_BYTES = 32


class Links:
    """All links."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def make(self, purpose: LinkPurpose, account_id: UUID, now: datetime) -> str:
        """A new secret of 256 bits for this purpose."""
        secret = secrets.token_urlsafe(_BYTES)
        row = {
            "digest": digest(secret),
            "purpose": purpose,
            "account_id": account_id,
            "expires_at": now + LIFE[purpose],
        }
        await self._session.execute(insert(links).values(row))
        return secret

    async def use(self, purpose: LinkPurpose, secret: str, now: datetime) -> UUID | None:
        """Uses a secret up and says whose it is; None when it is not valid. One statement: of a race, one wins."""
        used = await self._session.execute(
            update(links).where(*_valid(purpose, secret, now)).values(used_at=now).returning(links.c.account_id)
        )
        account_id: UUID | None = used.scalar_one_or_none()
        return account_id

    async def look(self, purpose: LinkPurpose, secret: str, now: datetime) -> UUID | None:
        """Whose a valid secret is, without using it."""
        return await self._session.scalar(select(links.c.account_id).where(*_valid(purpose, secret, now)))

    async def forget(self, purpose: LinkPurpose, account_id: UUID) -> None:
        """Makes every link of this purpose to an account worthless."""
        await self._session.execute(delete(links).where(links.c.purpose == purpose, links.c.account_id == account_id))

    async def forget_all(self, account_id: UUID) -> None:
        """Makes every link to an account worthless, whatever it is for."""
        await self._session.execute(delete(links).where(links.c.account_id == account_id))


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def _valid(purpose: LinkPurpose, secret: str, now: datetime) -> list[ColumnElement[bool]]:
    return [
        links.c.digest == digest(secret),
        links.c.purpose == purpose,
        links.c.used_at.is_(None),
        links.c.expires_at > now,
    ]
