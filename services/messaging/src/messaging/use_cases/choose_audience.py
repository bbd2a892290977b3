"""Whom a sender may write to: officers their own group's people, staff those in their areas (P4, P5)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from messaging.domain.audience import Audience, Part, PartKind
from messaging.domain.errors import ListOfAnotherGroup, NotYourAudience, OutsideYourAreas
from messaging.storage.known import areas_of_groups, areas_within
from messaging.storage.lists import Lists

_FOR_GROUPS = frozenset({PartKind.GROUP, PartKind.LIST, PartKind.OFFICE})
_FOR_STAFF = frozenset({PartKind.GROUP, PartKind.OFFICE, PartKind.AREA})


async def choose_for_group(session: AsyncSession, group_id: UUID, audience: Audience) -> Audience:
    """The audience, if it is of this group's own members, offices and lists.

    Raises NotYourAudience and ListOfAnotherGroup.
    """
    lists = Lists(session, group_id)
    for part in _all(audience, _FOR_GROUPS):
        if part.kind is PartKind.LIST:
            if part.ref is None or await lists.name(part.ref) is None:
                raise ListOfAnotherGroup
        elif group_id != (part.ref if part.kind is PartKind.GROUP else part.group_id):
            raise NotYourAudience
    return audience


async def choose_for_staff(
    session: AsyncSession, areas: frozenset[str], organisation_id: UUID, audience: Audience
) -> Audience:
    """The audience, if all of it lies in these areas, for the consents given to its organisation (P16).

    Raises NotYourAudience and OutsideYourAreas, also for a group that is not there.
    """
    await need_within(session, areas, audience)
    return Audience(audience.include, audience.exclude, organisation_id)


async def need_within(
    session: AsyncSession, areas: frozenset[str], audience: Audience, *, also_closed: bool = False
) -> None:
    """Raises NotYourAudience for what staff never write to, and OutsideYourAreas where any of it lies elsewhere.

    With `also_closed` a group that was archived lies where it lay: what went to it may be called back.
    """
    parts = _all(audience, _FOR_STAFF)
    groups = {each for part in parts for each in (part.ref, part.group_id) if each is not None}
    known = await areas_of_groups(session, groups, also_closed=also_closed)
    if known.keys() != groups:
        raise OutsideYourAreas
    asked = {part.code for part in parts if part.kind is PartKind.AREA and part.code} | set(known.values())
    if not asked <= await areas_within(session, areas):
        raise OutsideYourAreas


def _all(audience: Audience, kinds: frozenset[PartKind]) -> list[Part]:
    parts = [*audience.include, *audience.exclude]
    if not audience.include or any(part.kind not in kinds for part in parts):
        raise NotYourAudience
    return parts
