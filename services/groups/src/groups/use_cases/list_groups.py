"""Areas, the public directory and the groups of a member."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.auth.principal import Principal
from shared.db.unit_of_work import UnitOfWork

from groups.domain.distances import Place
from groups.domain.errors import NoSuchGroup
from groups.storage import areas, directory, group_queries
from groups.storage.areas import Area
from groups.storage.boundaries import wards_near
from groups.storage.directory import Wanted
from groups.storage.group_queries import Mine, Seen


async def list_areas(uow: UnitOfWork, within: str | None) -> Sequence[Area]:
    async with uow:
        return await areas.list_areas(uow.session, within)


async def list_directory(
    uow: UnitOfWork, wanted: Wanted, *, after: UUID | None, limit: int, now: datetime
) -> Sequence[Seen]:
    """Visible groups with a current marking, and no other (P11)."""
    async with uow:
        return await directory.list_directory(uow.session, wanted, now, after=after, limit=limit)


async def list_nearest(
    uow: UnitOfWork,
    wanted: Wanted,
    place: Place,
    within_km: float,
    *,
    after: tuple[str, UUID] | None,
    limit: int,
    now: datetime,
) -> Sequence[Seen]:
    """The same groups by how far the centres of their wards are: of no group is more known (P10)."""
    async with uow:
        wards = await wards_near(uow.session, place, within_km, now.date())
        return await directory.list_nearest(uow.session, wanted, wards, now, after=after, limit=limit)


async def list_my_groups(uow: UnitOfWork, actor: Principal, now: datetime) -> Sequence[Mine]:
    """Where the actor belongs, asked to join or is invited."""
    async with uow:
        return await group_queries.list_mine(uow.session, actor, now)


async def view_group(uow: UnitOfWork, actor: Principal, group_id: UUID, now: datetime) -> tuple[Seen, Mine | None]:
    """A group of one's own, or one of the directory; NoSuchGroup for a hidden one as for none (P14)."""
    async with uow:
        mine = await group_queries.list_mine(uow.session, actor, now, group_id=group_id)
        if mine:
            return mine[0].group, mine[0]
        listed = await directory.find_listed(uow.session, group_id, now)
        if listed is None:
            raise NoSuchGroup
        return listed, None
