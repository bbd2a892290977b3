"""Officers keep somebody without e-mail who said yes to it, and correct what they keep (P16, P29)."""

from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.errors import KeptAlready, TooManyKeptPeople
from groups.domain.kept_people import MOST_KEPT, Consent, KeptPerson
from groups.domain.permissions import must_be_officer
from groups.storage.groups import Groups
from groups.storage.kept_people import KeptPeople


async def keep_person(
    uow: UnitOfWork, actor: Principal, group_id: UUID, name: str, how_to_reach: str, consent: Consent, now: datetime
) -> KeptPerson:
    """Who is kept now; the same person again is kept once. No event tells of it.

    NoSuchGroup, NotAnOfficer, NoSuchConsent, TooManyKeptPeople.
    """
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        return await keep_once(uow.session, group_id, name, how_to_reach, consent, now)


async def keep_once(
    session: AsyncSession, group_id: UUID, name: str, how_to_reach: str, consent: Consent, now: datetime
) -> KeptPerson:
    """Inside an open transaction that has locked the group. NoSuchConsent, TooManyKeptPeople."""
    consent.must_be_given(now.date())
    kept = KeptPeople(session, group_id)
    person = await kept.known_as(name, how_to_reach)
    if person is not None:
        person.change(name=None, how_to_reach=None, consent=consent)
        return person
    if await kept.count() >= MOST_KEPT:
        raise TooManyKeptPeople
    person = KeptPerson.keep(group_id, name, how_to_reach, consent)
    kept.add(person)
    await session.flush()
    return person


async def change_kept_person(
    uow: UnitOfWork,
    actor: Principal,
    group_id: UUID,
    kept_id: UUID,
    *,
    name: str | None,
    how_to_reach: str | None,
    consent: Consent | None,
    now: datetime,
) -> KeptPerson:
    """The corrected person. NoSuchGroup, NotAnOfficer, NoSuchKeptPerson, NoSuchConsent, KeptAlready."""
    async with uow:
        _, standing = await Groups(uow.session).for_change(actor, group_id, now)
        must_be_officer(standing)
        if consent is not None:
            consent.must_be_given(now.date())
        kept = KeptPeople(uow.session, group_id)
        person = await kept.get(kept_id)
        same = await kept.known_as(name or person.name, how_to_reach or person.how_to_reach)
        if same is not None and same is not person:
            raise KeptAlready
        person.change(name=name, how_to_reach=how_to_reach, consent=consent)
        return person
