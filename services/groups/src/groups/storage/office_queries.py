"""Who holds and held the offices of a group, as its members see it (P12, P15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import OFFICES, Group
from groups.domain.permissions import Standing, may_see_members
from groups.domain.terms import FORWARDER
from groups.storage.absences import is_held, stands_in
from groups.storage.tables import groups, known_people, terms

MOST_FORMER = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in an office, over once `until` is there or `ends_at` past.

    `name` is None until identity has told it, and empty where the person was erased.
    """

    office: str
    person_id: UUID
    name: str | None
    since: datetime
    until: datetime | None
    ends_at: datetime | None
    stands_in: bool


@dataclass(frozen=True, slots=True)
class Post:
    """An office and who holds it; `stood_in_by` is there for the leading office alone."""

    office: str
    is_leading: bool
    holder: Holder | None
    stood_in_by: UUID | None

    @property
    def is_vacant(self) -> bool:
        return self.holder is None


async def list_posts(session: AsyncSession, group: Group, now: datetime) -> Sequence[Post]:
    """Every office of this kind of group, the leading one first."""
    query = _holders(group.id, stands_in(terms, now)).where(is_held(terms, now))
    holders = {holder.office: holder for holder in await _read(session, query)}
    deputy = holders.get(group.deputy_office)
    stood_in_by = deputy.person_id if deputy is not None and deputy.stands_in else None
    return [
        Post(office, leads := office == group.leading_office, holders.get(office), stood_in_by if leads else None)
        for office in OFFICES[group.kind]
    ]


async def list_former(session: AsyncSession, group: Group, viewer: Standing, now: datetime) -> Sequence[Holder]:
    """The last hundred terms that are over: those of everybody for who sees the members, else one's own."""
    query = _holders(group.id, literal(False)).where(~is_held(terms, now))
    if not may_see_members(viewer, group):
        query = query.where(terms.c.person_id == viewer.person_id)
    return await _read(session, query.order_by(terms.c.since.desc(), terms.c.id).limit(MOST_FORMER))


def _holders(group_id: UUID, standing_in: Any) -> Select[*tuple[Any, ...]]:  # Any: a condition; the columns of Holder
    return (
        select(
            terms.c.office,
            terms.c.person_id,
            known_people.c.display_name,
            terms.c.since,
            terms.c.until,
            terms.c.ends_at,
            standing_in,
        )
        .join_from(terms, groups)
        .outerjoin(known_people, known_people.c.id == terms.c.person_id)
        .where(terms.c.group_id == group_id, terms.c.office != FORWARDER)
    )


async def _read(session: AsyncSession, query: Select[*tuple[Any, ...]]) -> Sequence[Holder]:  # Any: as _holders selects
    return [Holder(*row) for row in await session.execute(query)]
