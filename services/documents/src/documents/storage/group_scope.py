"""Which rows a transaction may see: row-level security shows those of the one group, or release, that it names."""

from typing import Self
from uuid import UUID

from shared.auth.passes import GroupPass
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.permissions import need_officer

# SET LOCAL takes no parameter; set_config(…, true) is the same and ends with the transaction.
_GROUP = text("SELECT set_config('documents.group', :id, true)")
_RELEASE = text("SELECT set_config('documents.release', :id, true)")


async def enter_group(session: AsyncSession, group_id: UUID) -> None:
    """From here to the end of the transaction the session sees this group's rows and no others."""
    await session.execute(_GROUP, {"id": str(group_id)})


async def enter_release(session: AsyncSession, release_id: UUID) -> None:
    """From here to the end of the transaction the session may read this release and its links."""
    await session.execute(_RELEASE, {"id": str(release_id)})


class OfGroup:
    """What lies in one group, as far as the holder of a pass may reach it. There is no way in without a pass (P19)."""

    def __init__(self, session: AsyncSession, proof: GroupPass) -> None:
        self._session = session
        self._proof = proof

    @classmethod
    async def enter(cls, session: AsyncSession, proof: GroupPass) -> Self:
        """The pass's group, for the rest of this transaction."""
        await enter_group(session, proof.group_id)
        return cls(session, proof)


class OfOfficers(OfGroup):
    """What officers alone reach."""

    @classmethod
    async def enter(cls, session: AsyncSession, proof: GroupPass) -> Self:
        """The pass's group, for the rest of this transaction. Raises OnlyOfficers."""
        need_officer(proof)
        return await super().enter(session, proof)
