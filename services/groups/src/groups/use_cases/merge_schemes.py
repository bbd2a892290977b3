"""One scheme goes up in another, by consent of both coordinators."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import ChangedMeanwhile, MergingTakesTwo, NoMergingWhilePaused, NoSuchGroup, NoSuchLink
from groups.domain.groups import Group
from groups.domain.memberships import BELONGING, Membership
from groups.domain.merges import must_be_a_scheme, must_open_no_names
from groups.domain.permissions import is_leader, must_hold_leading_office
from groups.storage.groups import Groups
from groups.storage.known import hold_open_accounts, police_and_administrators
from groups.storage.memberships import Memberships
from groups.storage.merge_links import Agreement, find_agreement, use_agreement
from groups.storage.pauses import are_paused
from groups.storage.standings import standing_of
from groups.storage.terms import Terms
from groups.use_cases.events import tell_group, tell_membership, tell_term
from groups.use_cases.room import must_have_room


async def merge_schemes(uow: UnitOfWork, actor: Principal, giving_id: UUID, secret: str, now: datetime) -> Group:
    """The scheme that goes on. Its members and their offices stay; the other's come as what they were, without offices.

    The other is closed for good. Its markings stay its own (P7), and so does what is in its vault. Once, however many
    ask at once. NoSuchGroup, NotTheLeader, OnlySchemesMerge, NoSuchLink, MergingTakesTwo, NamesWouldOpen,
    NoMergingWhilePaused, GroupIsFull (P11); ChangedMeanwhile where somebody joined at this very moment.
    """
    async with uow:
        session = uow.session
        group, standing = await Groups(session).for_member(actor, giving_id, now)
        must_hold_leading_office(standing, group)
        must_be_a_scheme(group)
        agreement = await find_agreement(session, secret, now)
        if agreement.group_id == giving_id or agreement.made_by == actor.id:
            raise MergingTakesTwo
        # Names before groups, as forgetting does: nobody is carried into a group behind its list (P29).
        # Members come, suspended or not. Who asked, asked the officers of the scheme that ends.
        asked = await Memberships(session, giving_id).people_in(BELONGING)
        may_come = await hold_open_accounts(session, asked) - await police_and_administrators(session, asked)
        giving, going_on = await _hold_both(session, actor, giving_id, agreement, now)
        must_open_no_names(giving, going_on)
        if await are_paused(session, [giving.id, going_on.id], now):
            raise NoMergingWhilePaused
        await use_agreement(session, secret, now)
        for membership in await _coming(session, giving, going_on, asked, may_come, now):
            tell_membership(uow, membership)
        await must_have_room(session, going_on)
        for term in await Terms(session, giving.id).held():
            term.end(now)
            tell_term(uow, term)
        giving.archive(now)
        tell_group(uow, giving)
        return going_on


async def _hold_both(
    session: AsyncSession, actor: Principal, giving_id: UUID, agreement: Agreement, now: datetime
) -> tuple[Group, Group]:
    held = await Groups(session).locked_both(giving_id, agreement.group_id)
    if giving_id not in held:
        raise NoSuchGroup
    giving, standing = await Groups(session).for_change(actor, giving_id, now)
    must_hold_leading_office(standing, giving)
    going_on = held.get(agreement.group_id)
    other = await standing_of(session, agreement.group_id, agreement.made_by, now)
    # Who agreed and does not coordinate the scheme any more does not speak for it.
    if going_on is None or other is None or not is_leader(other, going_on):
        raise NoSuchLink
    return giving, going_on


async def _coming(
    session: AsyncSession,
    giving: Group,
    going_on: Group,
    asked: frozenset[UUID],
    may_come: frozenset[UUID],
    now: datetime,
) -> list[Membership]:
    people = await Memberships(session, giving.id).people_in(BELONGING)
    if not people <= asked:
        raise ChangedMeanwhile
    here = await Memberships(session, giving.id).of_all(people & may_come)
    memberships = Memberships(session, going_on.id)
    # Who left, was removed or has not accepted there is not brought there by others (P10); whether who asked comes
    # in is for the officers there (P12).
    there = await memberships.of_all(list(here))
    came = []
    for person_id, was in here.items():
        if person_id in there:
            continue
        membership = Membership.begin(going_on.id, person_id, was.state, now)
        membership.come_by_merging(was, now)
        memberships.add(membership)
        came.append(membership)
    return came
