"""The collection of memberships, always of one group."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.memberships import BELONGING, OVER, Membership, MembershipState
from groups.storage import tables


class Memberships:
    """Memberships of one group in one transaction. Whoever changes them has locked the group."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    def add(self, membership: Membership) -> None:
        self._session.add(membership)

    async def of(self, person_id: UUID) -> Membership | None:
        """The person's membership, locked; None where there never was one."""
        return (await self.of_all([person_id])).get(person_id)

    async def of_all(self, person_ids: Collection[UUID]) -> dict[UUID, Membership]:
        """The memberships of these people, locked, by person."""
        query = (
            select(Membership)
            .where(
                tables.memberships.c.group_id == self._group_id,
                tables.memberships.c.person_id.in_(person_ids),
            )
            .order_by(tables.memberships.c.id)
            .with_for_update()
        )
        return {found.person_id: found for found in await self._session.scalars(query)}

    async def people_in(self, states: Collection[MembershipState]) -> frozenset[UUID]:
        """Who is in one of these states, read without a lock."""
        query = select(tables.memberships.c.person_id).where(
            tables.memberships.c.group_id == self._group_id, tables.memberships.c.state.in_(states)
        )
        return frozenset(await self._session.scalars(query))

    async def suspended_before(self, now: datetime) -> Sequence[Membership]:
        """Those whose suspension is over and who are suspended still, locked."""
        query = select(Membership).where(
            tables.memberships.c.group_id == self._group_id,
            tables.memberships.c.state == MembershipState.SUSPENDED,
            tables.memberships.c.suspended_until <= now,
        )
        return (await self._session.scalars(query.order_by(tables.memberships.c.id).with_for_update())).all()

    async def invited_before(self, moment: datetime) -> Sequence[Membership]:
        """Those who were invited by then and have not accepted, locked."""
        query = select(Membership).where(
            tables.memberships.c.group_id == self._group_id,
            tables.memberships.c.state == MembershipState.INVITED,
            tables.memberships.c.since <= moment,
        )
        return (await self._session.scalars(query.order_by(tables.memberships.c.id).with_for_update())).all()

    async def may_return(self, person_id: UUID, now: datetime) -> bool:
        """Whether the person is not out, or left so lately that they may undo it; read without a lock."""
        query = exists().where(
            tables.memberships.c.group_id == self._group_id,
            tables.memberships.c.person_id == person_id,
            or_(tables.memberships.c.state.not_in(OVER), tables.memberships.c.undo_until > now),
        )
        return bool(await self._session.scalar(select(query)))

    async def id_of(self, person_id: UUID) -> UUID | None:
        """The id of the person's membership, in whatever state, read without a lock."""
        query = select(tables.memberships.c.id).where(
            tables.memberships.c.group_id == self._group_id, tables.memberships.c.person_id == person_id
        )
        found: UUID | None = await self._session.scalar(query)
        return found

    async def count_active(self) -> int:
        return await self._count(MembershipState.ACTIVE)

    async def count_belonging(self) -> int:
        """With those who are suspended, whose places are kept."""
        return await self._count(*BELONGING)

    async def _count(self, *states: MembershipState) -> int:
        query = select(func.count()).where(
            tables.memberships.c.group_id == self._group_id, tables.memberships.c.state.in_(states)
        )
        return await self._session.scalar(query) or 0


async def forget_departures(session: AsyncSession, now: datetime) -> None:
    """Removes what was kept of those who left so that they could come back, where the time for that is over."""
    over = update(tables.memberships).where(tables.memberships.c.undo_until <= now)
    await session.execute(over.values(undo_until=None, suspended_until=None, reason=None))
