"""The public directory: groups that are visible, carry a current marking and are not paused (P4, P11, P14)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.ext.asyncio import AsyncSession

from groups.domain.groups import GroupState, Kind, Visibility
from groups.storage.areas import codes_within
from groups.storage.group_queries import COLUMNS, Seen, read_page
from groups.storage.markings import is_marked
from groups.storage.pauses import is_paused
from groups.storage.tables import groups
from groups.storage.tables.groups import NAME_WORDS

_WORD = re.compile(r"[^\W_]+")
# A name is common where one group in so many has it: a page is full before so many times its length are read.
_WINDOW = 30

_Query = Select[*tuple[Any, ...]]  # Any: the columns of Seen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None asks nothing. `name` is the beginnings of words, whatever their order."""

    area: str | None = None
    kind: Kind | None = None
    name: str | None = None


async def list_directory(
    session: AsyncSession, wanted: Wanted, now: datetime, *, after: UUID | None, limit: int
) -> Sequence[Seen]:
    """A page in the order of ids."""
    query = await _narrowed(session, wanted)
    if after is not None:
        query = query.where(groups.c.id > after)
    if wanted.name is not None:
        return await read_page(session, _named(query, wanted.name, now, limit), now)
    listed = query.where(_may_show(groups.c.id, now))
    return await read_page(session, listed.order_by(groups.c.id).limit(limit), now)


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
    query = (await _narrowed(session, wanted)).where(_may_show(groups.c.id, now))
    query = query.join(order, order.c.code == groups.c.area)
    if wanted.name is not None:
        query = query.where(_has_words(groups.c.name, wanted.name))
    if after is not None:
        ward, group_id = after
        # The place is looked up among the wards alone: whose id it is says nothing (P14).
        last = wards.index(ward) + 1 if ward in wards else len(wards) + 1
        query = query.where(tuple_(order.c.place, groups.c.id) > tuple_(last, group_id))
    return await read_page(session, query.order_by(order.c.place, groups.c.id).limit(limit), now)


async def find_listed(session: AsyncSession, group_id: UUID, now: datetime) -> Seen | None:
    """A group of the directory; None for a hidden one as for none."""
    query = _visible().where(groups.c.id == group_id, _may_show(groups.c.id, now))
    found = await read_page(session, query, now)
    return found[0] if found else None


def _may_show(group_id: ColumnElement[UUID], now: datetime) -> ColumnElement[bool]:
    return is_marked(group_id, now) & ~is_paused(group_id, now)


def _visible() -> _Query:
    return select(*COLUMNS).where(groups.c.state == GroupState.ACTIVE, groups.c.visibility == Visibility.VISIBLE)


async def _narrowed(session: AsyncSession, wanted: Wanted) -> _Query:
    query = _visible()
    if wanted.area is not None:
        query = query.where(groups.c.area == any_(literal(await codes_within(session, [wanted.area]), ARRAY(Text))))
    if wanted.kind is not None:
        query = query.where(groups.c.kind == wanted.kind)
    return query


def _named(query: _Query, name: str, now: datetime, limit: int) -> _Query:
    """A page that reads about as much whether every group has the name or one.

    A common name fills it from the first groups that there are. Of any other the index by words leaves few. The
    database guesses wrong which of the two a name is, so both are said, and the second is begun only if needed.
    """
    first = query.order_by(groups.c.id).limit(_WINDOW * limit).subquery("first")
    common = select(first).where(_has_words(first.c.name, name), _may_show(first.c.id, now))
    found = common.order_by(first.c.id).limit(limit).cte("found")
    is_full = select(func.count() >= limit).select_from(found).scalar_subquery()
    # In order and of ids alone, so that no more markings are read than the page needs.
    named = query.with_only_columns(groups.c.id).where(_has_words(groups.c.name, name), ~is_full)
    indexed = named.order_by(groups.c.id).cte("indexed").prefix_with("MATERIALIZED")
    rare = select(*COLUMNS).join_from(indexed, groups, groups.c.id == indexed.c.id)
    rare = rare.where(_may_show(indexed.c.id, now)).order_by(indexed.c.id).limit(limit)
    page = union_all(select(found).where(is_full), rare).subquery("page")
    return select(page).order_by(page.c.id)


def _has_words(name: ColumnElement[str], asked: str) -> ColumnElement[bool]:
    # Words of letters and digits alone: nothing that is typed is an operator of the search.
    beginnings = " & ".join(f"{word}:*" for word in _WORD.findall(asked.lower()))
    # The index's own expression, whose type SQLAlchemy has no name for.
    words: ColumnElement[Any] = literal_column(NAME_WORDS.replace("name", f"{name.table.name}.name"))
    return words.op("@@")(func.to_tsquery(cast("simple", REGCONFIG), beginnings))
