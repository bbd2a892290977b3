"""What somebody who has just taken an office needs to know of the group, in one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.ballots import Ballot
from groups.domain.permissions import must_be_officer
from groups.storage.ballots import Ballots
from groups.storage.current_markings import CurrentMarking, current_markings
from groups.storage.groups import Groups
from groups.storage.kept_people import KeptPeople
from groups.storage.member_queries import Member, list_waiting
from groups.storage.memberships import Memberships
from groups.storage.office_queries import Post, list_posts
from groups.storage.priorities import Priorities

MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class Handover:
    """Who does what, who waits for an answer, what is being decided, and who vouches for the group."""

    my_office: str | None
    offices: Sequence[Post]
    waiting: Sequence[Member]
    members: int
    kept_people: int
    ballots: Sequence[Ballot]
    open_priorities: int
    markings: Sequence[CurrentMarking]


async def read_handover(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> Handover:
    """For officers. Lists and documents are other services' to show. NoSuchGroup, NotAnOfficer."""
    async with uow:
        group, standing = await Groups(uow.session).for_member(actor, group_id, now)
        must_be_officer(standing)
        return Handover(
            my_office=standing.office,
            offices=await list_posts(uow.session, group, now),
            waiting=await list_waiting(uow.session, group, now, limit=MOST_WAITING),
            members=await Memberships(uow.session, group_id).count_active(),
            kept_people=await KeptPeople(uow.session, group_id).count(),
            ballots=await Ballots(uow.session, group_id).not_closed(),
            open_priorities=await Priorities(uow.session, group_id).count_open(),
            markings=(await current_markings(uow.session, [group_id], now))[group_id],
        )
