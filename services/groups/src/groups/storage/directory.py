"""The public directory: groups that are visible, carry a current marking and are not paused (P4, P11, P14)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, bindparam, cast, func, literal_column, not_, select, tuple_
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import GroupState, Kind, Visibility
from groups.storage.areas import areas_within
from groups.storage.group_queries import COLUMNS, Seen, read_page
from groups.storage.markings import is_marked
from groups.storage.pauses import is_paused
from groups.storage.tables import groups
from groups.storage.tables.groups import NAME_WORDS

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None asks nothing. `name` is the beginnings of words, whatever their order."""

    area: str | None = None
    kind: Kind | None = None
    name: str | None = None


def _listed(now: datetime) -> Select[*tuple[Any, ...]]:  # Any: the columns of Seen
    return select(*COLUMNS).where(
        groups.c.state == GroupState.ACTIVE,
        groups.c.visibility == Visibility.VISIBLE,
        is_marked(groups.c.id, now),
        not_(is_paused(groups.c.id, now)),
    )


async def list_directory(
    session: AsyncSession, wanted: Wanted, now: datetime, *, after: UUID | None, limit: int
) -> Sequence[Seen]:
    """A page in the order of ids."""
    query = _wanted(wanted, now).order_by(groups.c.id).limit(limit)
    if after is not None:
        query = query.where(groups.c.id > after)
    return await read_page(session, query, now)


async def list_nearest(
    session: AsyncSession,
    wanted: Wanted,
    wards: Sequence[str],
    now: datetime,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
) -> Sequence[Seen]:
    """A page of the groups in these wards, the first ward's first; `after` is the ward and id of the last one."""
    nearest = func.unnest(bindparam("wards", list(wards), ARRAY(Text)))
    order = nearest.table_valued("code", with_ordinality="place", name="ward").render_derived()
    query = _wanted(wanted, now).join(order, order.c.code == groups.c.area)
    if after is not None:
        ward, group_id = after
        # The place is looked up among the wards alone: whose id it is says nothing (P14).
        last = wards.index(ward) + 1 if ward in wards else len(wards) + 1
        query = query.where(tuple_(order.c.place, groups.c.id) > tuple_(last, group_id))
    return await read_page(session, query.order_by(order.c.place, groups.c.id).limit(limit), now)


async def find_listed(session: AsyncSession, group_id: UUID, now: datetime) -> Seen | None:
    """A group of the directory; None for a hidden one as for none."""
    found = await read_page(session, _listed(now).where(groups.c.id == group_id), now)
    return found[0] if found else None


def _wanted(wanted: Wanted, now: datetime) -> Select[*tuple[Any, ...]]:  # Any: the columns of Seen
    query = _listed(now)
    if wanted.area is not None:
        query = query.where(groups.c.area.in_(select(areas_within([wanted.area]).c.code)))
    if wanted.kind is not None:
        query = query.where(groups.c.kind == wanted.kind)
    if wanted.name is not None:
        # Words of letters and digits alone: nothing that is typed is an operator of the search.
        beginnings = " & ".join(f"{word}:*" for word in _WORD.findall(wanted.name.lower()))
        words: Any = literal_column(
            NAME_WORDS
        )  # Any: the index's own expression, whose type SQLAlchemy has no name for
        query = query.where(words.op("@@")(func.to_tsquery(cast("simple", REGCONFIG), beginnings)))
    return query
