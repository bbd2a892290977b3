"""The collection of ballots of one group, with who asked for one and who stands."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.ballots import ASKING_LASTS, Ballot, Nomination
from groups.domain.errors import NoSuchBallot
from groups.domain.memberships import MembershipState
from groups.storage.tables import ballot_askers, ballot_nominations, ballots, memberships, terms


class Ballots:
    """Ballots of one group in one transaction. Whoever changes them has locked the group."""

    def __init__(self, session: AsyncSession, group_id: UUID) -> None:
        self._session = session
        self._group_id = group_id

    def add(self, ballot: Ballot) -> None:
        self._session.add(ballot)

    async def get(self, ballot_id: UUID) -> Ballot:
        """NoSuchBallot where this group has none of that id."""
        query = select(Ballot).where(ballots.c.id == ballot_id, ballots.c.group_id == self._group_id)
        found: Ballot | None = await self._session.scalar(query)
        if found is None:
            raise NoSuchBallot
        return found

    async def is_open(self, office: str) -> bool:
        query = exists().where(
            ballots.c.group_id == self._group_id, ballots.c.office == office, ballots.c.closed_at.is_(None)
        )
        return bool(await self._session.scalar(select(query)))

    async def not_closed(self) -> Sequence[Ballot]:
        query = select(Ballot).where(ballots.c.group_id == self._group_id, ballots.c.closed_at.is_(None))
        return (await self._session.scalars(query.order_by(ballots.c.id))).all()

    async def was_ever_filled(self, office: str) -> bool:
        """Whether anybody ever held the office, or a ballot was ever opened for it."""
        held = exists().where(terms.c.group_id == self._group_id, terms.c.office == office)
        balloted = exists().where(ballots.c.group_id == self._group_id, ballots.c.office == office)
        return bool(await self._session.scalar(select(held | balloted)))

    async def ask(self, person_id: UUID, now: datetime) -> int:
        """Notes that the person asks for a ballot, once; how many active members ask now."""
        asked = insert(ballot_askers).values(group_id=self._group_id, person_id=person_id, asked_at=now)
        await self._session.execute(
            asked.on_conflict_do_update(index_elements=["group_id", "person_id"], set_={"asked_at": now})
        )
        asking = (
            select(func.count())
            .select_from(ballot_askers)
            .join(
                memberships,
                (memberships.c.group_id == ballot_askers.c.group_id)
                & (memberships.c.person_id == ballot_askers.c.person_id),
            )
            .where(
                ballot_askers.c.group_id == self._group_id,
                ballot_askers.c.asked_at > now - ASKING_LASTS,
                memberships.c.state == MembershipState.ACTIVE,
            )
        )
        return await self._session.scalar(asking) or 0

    async def forget_askers(self) -> None:
        await self._session.execute(delete(ballot_askers).where(ballot_askers.c.group_id == self._group_id))

    async def nomination_of(self, ballot: Ballot, person_id: UUID) -> Nomination | None:
        query = select(Nomination).where(
            ballot_nominations.c.ballot_id == ballot.id, ballot_nominations.c.person_id == person_id
        )
        found: Nomination | None = await self._session.scalar(query)
        return found

    async def candidates(self, ballot: Ballot) -> Sequence[Nomination]:
        """Those who accepted and belong to the group now."""
        query = (
            select(Nomination)
            .join(memberships, memberships.c.person_id == ballot_nominations.c.person_id)
            .where(
                ballot_nominations.c.ballot_id == ballot.id,
                ballot_nominations.c.accepted_at.is_not(None),
                memberships.c.group_id == self._group_id,
                memberships.c.state == MembershipState.ACTIVE,
            )
        )
        return (await self._session.scalars(query)).all()

    def nominate(self, nomination: Nomination) -> None:
        self._session.add(nomination)

    async def withdraw(self, nomination: Nomination) -> None:
        await self._session.delete(nomination)
