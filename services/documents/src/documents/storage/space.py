"""How much a group's vault holds, and how much it may: counted when a version is declared (P22)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import VaultFull
from documents.storage.tables import vaults


@dataclass(frozen=True, slots=True)
class Space:
    """In bytes. What lies in the bin counts until it is destroyed, what is declared counts before it has come."""

    used_bytes: int
    quota_bytes: int


async def open_vault(session: AsyncSession, group_id: UUID) -> None:
    """Makes the group's row, once."""
    await session.execute(insert(vaults).values(group_id=group_id).on_conflict_do_nothing())


async def hold_vault(session: AsyncSession, group_id: UUID) -> None:
    """Whoever else holds this vault waits until the transaction ends: one change of its folders at a time."""
    await open_vault(session, group_id)
    await session.execute(select(vaults.c.group_id).where(vaults.c.group_id == group_id).with_for_update())


async def space_of(session: AsyncSession, group_id: UUID, usual_quota: int) -> Space:
    """`usual_quota` is for groups that have none of their own."""
    found = await session.execute(
        select(vaults.c.used_bytes, func.coalesce(vaults.c.quota_bytes, usual_quota)).where(
            vaults.c.group_id == group_id
        )
    )
    used, quota = found.one_or_none() or (0, usual_quota)
    return Space(used, quota)


async def take_space(session: AsyncSession, group_id: UUID, count: int, usual_quota: int) -> None:
    """Counts so many bytes as used. One statement decides among many. Raises VaultFull."""
    await open_vault(session, group_id)
    columns = vaults.c
    taken = await session.execute(
        update(vaults)
        .where(
            columns.group_id == group_id,
            columns.used_bytes + count <= func.coalesce(columns.quota_bytes, usual_quota),
        )
        .values(used_bytes=columns.used_bytes + count)
        .returning(columns.group_id)
    )
    if taken.first() is None:
        space = await space_of(session, group_id, usual_quota)
        raise VaultFull.with_use(space.used_bytes, space.quota_bytes)


async def give_back(session: AsyncSession, group_id: UUID, count: int) -> None:
    """So many bytes are used no more. For the transaction that removes the rows of the versions that used them."""
    columns = vaults.c
    await session.execute(
        update(vaults)
        .where(columns.group_id == group_id)
        .values(used_bytes=func.greatest(columns.used_bytes - count, 0))
    )
