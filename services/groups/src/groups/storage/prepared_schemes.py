"""Prepared schemes. Each is taken over or revoked by one conditional statement, so by one of many at once."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import NoSuchLink, NoSuchPreparedScheme
from groups.domain.links import Purpose, digest_of
from groups.domain.prepared_schemes import PreparedScheme
from groups.storage.tables import areas, known_organisations, prepared_schemes

_COLUMNS = [prepared_schemes.c[name] for name in PreparedScheme.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a take-over link says to whoever holds it."""

    name: str
    purpose: str
    area_name: str
    organisation: str | None


class PreparedSchemes:
    """Of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, scheme: PreparedScheme, secret: str) -> None:
        row = asdict(scheme) | {"digest": digest_of(secret, Purpose.TAKE_OVER)}
        await self._session.execute(insert(prepared_schemes).values(row))

    async def of_organisation(
        self, organisation_id: UUID, now: datetime, *, after: UUID | None, limit: int
    ) -> Sequence[PreparedScheme]:
        """A page of the open ones, by id."""
        query = select(*_COLUMNS).where(
            prepared_schemes.c.organisation_id == organisation_id, prepared_schemes.c.expires_at > now
        )
        if after is not None:
            query = query.where(prepared_schemes.c.id > after)
        found = await self._session.execute(query.order_by(prepared_schemes.c.id).limit(limit))
        return [PreparedScheme(*row) for row in found]

    async def show(self, secret: str, now: datetime) -> Offered:
        """Changes nothing. NoSuchLink for every secret that opens nothing, alike."""
        query = (
            select(prepared_schemes.c.name, prepared_schemes.c.purpose, areas.c.name, known_organisations.c.name)
            .join_from(prepared_schemes, areas)
            .outerjoin(known_organisations, known_organisations.c.id == prepared_schemes.c.organisation_id)
            .where(_opened_by(secret, now))
        )
        row = (await self._session.execute(query)).first()
        if row is None:
            raise NoSuchLink
        return Offered(*row)

    async def take(self, secret: str, now: datetime) -> PreparedScheme:
        """Whoever gets it is the only one. NoSuchLink."""
        taken = delete(prepared_schemes).where(_opened_by(secret, now)).returning(*_COLUMNS)
        row = (await self._session.execute(taken)).first()
        if row is None:
            raise NoSuchLink
        return PreparedScheme(*row)

    async def revoke(self, organisation_id: UUID, scheme_id: UUID, now: datetime) -> None:
        """NoSuchPreparedScheme where the organisation has none of that id that is open."""
        revoked = delete(prepared_schemes).where(
            prepared_schemes.c.id == scheme_id,
            prepared_schemes.c.organisation_id == organisation_id,
            prepared_schemes.c.expires_at > now,
        )
        if (await self._session.execute(revoked.returning(prepared_schemes.c.id))).first() is None:
            raise NoSuchPreparedScheme


async def forget_expired_schemes(session: AsyncSession, now: datetime) -> None:
    await session.execute(delete(prepared_schemes).where(prepared_schemes.c.expires_at <= now))


def _opened_by(secret: str, now: datetime) -> ColumnElement[bool]:
    return and_(prepared_schemes.c.digest == digest_of(secret, Purpose.TAKE_OVER), prepared_schemes.c.expires_at > now)
