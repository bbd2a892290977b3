"""Why a mail comes, in one plain sentence for each part of its audience, and what leaving does (P27)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.audience import Part

_NAMED = """
    SELECT a.kind, g.name AS group_name, l.name AS list_name, r.name AS area_name
    FROM {parts} AS a
    LEFT JOIN lists l ON a.kind = 'list' AND l.id = a.ref
    LEFT JOIN known_groups g
        ON g.id = CASE a.kind WHEN 'group' THEN a.ref WHEN 'list' THEN l.group_id ELSE a.group_id END
    LEFT JOIN known_areas r ON a.kind = 'area' AND r.id = a.code
    ORDER BY a.place LIMIT 2
"""
_PARTS = text(
    _NAMED.format(
        parts="""(
            SELECT * FROM send_parts
            WHERE send_id = :send_id AND NOT is_excluded AND place = COALESCE(:place, place)
        )"""
    )
)
_CHOSEN = text(
    _NAMED.format(
        parts="""(
            SELECT * FROM unnest(
                CAST(:kinds AS text[]), CAST(:refs AS uuid[]), CAST(:group_ids AS uuid[]), CAST(:codes AS text[])
            ) WITH ORDINALITY AS o (kind, ref, group_id, code, place)
        )"""
    )
)
_SEVERAL_OF_ONE = "You get this because you are a member, an officer or on a mailing list of {group}."
_SEVERAL = "You get this because you belong to one of the groups, or live in one of the places, that it was sent to."


async def why_it_comes(session: AsyncSession, send_id: UUID, organisation: str | None) -> str:
    """For all alike. `organisation` is that of an alert. Of several groups none is named: not everybody may know of
    each (P14).
    """
    return _for_all((await session.execute(_PARTS, {"send_id": send_id, "place": None})).all(), organisation)


async def why_it_would_come(session: AsyncSession, include: Sequence[Part], organisation: str | None) -> str:
    """The same, before it is sent."""
    asked = {
        "kinds": [part.kind.value for part in include],
        "refs": [part.ref for part in include],
        "group_ids": [part.group_id for part in include],
        "codes": [part.code for part in include],
    }
    return _for_all((await session.execute(_CHOSEN, asked)).all(), organisation)


def _for_all(parts: Sequence[Row[Any]], organisation: str | None) -> str:
    if len(parts) == 1:
        why = _of_one(parts[0], organisation or "its sender")
    else:
        why = _SEVERAL if organisation else _SEVERAL_OF_ONE.format(group=parts[0].group_name or "your group")
    return f"{why} {_leaving(organisation)}" if organisation else why


async def why_it_came(session: AsyncSession, send_id: UUID, place: int | None, organisation: str | None) -> str:
    """For one who is in the part of that place; None for an officer who reads what others of the group were sent."""
    if place is None:
        return "This was not sent to you: you read it because you hold an office in the group that sent it."
    (part,) = (await session.execute(_PARTS, {"send_id": send_id, "place": place})).all()
    of_group = "Leaving ends the emails of this list or group, not your membership."
    less = _leaving(organisation) if organisation else of_group
    return f"{_of_one(part, organisation or 'its sender')} {less}"


def _leaving(organisation: str) -> str:
    return f"Leaving ends all alerts of {organisation}, not your membership."


def _of_one(part: Row[Any], organisation: str) -> str:
    group = part.group_name or "your group"
    match part.kind:
        case "list":
            return f"You get this because you are on the mailing list “{part.list_name}” of {group}."
        case "office":
            return f"You get this because you hold an office in {group}."
        case "area":
            place = part.area_name or "this area"
            return f"You get this because you live in {place} and agreed to alerts from {organisation}."
        case _:
            return f"You get this because you are a member of {group}."
