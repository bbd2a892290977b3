"""A member votes, once and in secret (P12)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.ballots import Choice, make_receipt
from groups.domain.errors import NotNominated
from groups.storage.ballots import Ballots
from groups.storage.groups import Groups
from groups.storage.votes import put_choice, use_vote
from groups.use_cases.settle_ballots import open_voting


async def vote(
    uow: UnitOfWork, actor: Principal, group_id: UUID, ballot_id: UUID, nomination_id: UUID, now: datetime
) -> str:
    """The receipt: kept with the choice and without the voter, published with it when the ballot is over.

    NoSuchGroup, NoSuchBallot, NotOpenForVotes, NotNominated, NotInTheElectorate, VotedAlready.
    """
    async with uow:
        await Groups(uow.session).for_change(actor, group_id, now)
        ballots = Ballots(uow.session, group_id)
        ballot = await ballots.get(ballot_id)
        await open_voting(uow, ballot, now)
        ballot.must_take_votes(now)
        if nomination_id not in {candidate.id for candidate in await ballots.candidates(ballot)}:
            raise NotNominated
        await use_vote(uow.session, ballot, actor.id)
        choice = Choice(make_receipt(), nomination_id)
        await put_choice(uow.session, ballot, choice)
        return choice.receipt
