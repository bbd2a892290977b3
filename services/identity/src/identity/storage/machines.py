"""Machine clients, their keys, and the assertions that were used."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.machines import MachineClient, MachineKey
from identity.storage.links import digest
from identity.storage.tables import machine_clients, machine_keys, used_assertions


class MachineClients:
    """All clients of all organisations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, client: MachineClient) -> None:
        self._session.add(client)

    async def get_for_change(self, organisation_id: UUID, client_id: UUID) -> MachineClient | None:
        """The client, locked, if it is this organisation's."""
        client = await self._session.get(MachineClient, client_id, with_for_update=True)
        return client if client is not None and client.organisation_id == organisation_id else None

    async def of(self, organisation_id: UUID) -> Sequence[MachineClient]:
        column = machine_clients.c
        chosen = select(MachineClient).where(column.organisation_id == organisation_id).order_by(column.id)
        return (await self._session.scalars(chosen)).all()

    async def use(self, client_id: UUID, now: datetime) -> MachineClient | None:
        """Notes that the client came; None where it is revoked or not there. One statement: revocations wait."""
        column = machine_clients.c
        used = await self._session.execute(
            update(machine_clients)
            .where(column.id == client_id, column.revoked_at.is_(None))
            .values(last_used_at=now)
            .returning(column.id)
        )
        return None if used.first() is None else await self._session.get(MachineClient, client_id)

    async def revoked_since(self, moment: datetime) -> Sequence[UUID]:
        column = machine_clients.c
        return (await self._session.scalars(select(column.id).where(column.revoked_at > moment))).all()


class MachineKeys:
    """The keys of clients."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_new(self, key: MachineKey) -> bool:
        """Adds it; False when this very key is there already, of whichever client."""
        row = {column.name: getattr(key, column.name) for column in machine_keys.c}
        added = await self._session.execute(
            insert(machine_keys).values(row).on_conflict_do_nothing().returning(machine_keys.c.id)
        )
        return added.first() is not None

    async def of(self, client_ids: Sequence[UUID]) -> Sequence[MachineKey]:
        column = machine_keys.c
        chosen = select(MachineKey).where(column.client_id.in_(client_ids)).order_by(column.added_at)
        return (await self._session.scalars(chosen)).all()

    async def live_of(self, client_id: UUID) -> Sequence[MachineKey]:
        return [key for key in await self.of([client_id]) if key.retired_at is None]

    async def retire(self, client_id: UUID, key_id: UUID, now: datetime) -> bool:
        """Retires it; False where there is no such live key. One statement."""
        column = machine_keys.c
        retired = await self._session.execute(
            update(machine_keys)
            .where(column.id == key_id, column.client_id == client_id, column.retired_at.is_(None))
            .values(retired_at=now)
            .returning(column.id)
        )
        return retired.first() is not None

    async def use(self, key_id: UUID, now: datetime) -> bool:
        """Notes that the key was shown; False where it was retired meanwhile. One statement."""
        column = machine_keys.c
        used = await self._session.execute(
            update(machine_keys)
            .where(column.id == key_id, column.retired_at.is_(None))
            .values(last_used_at=now)
            .returning(column.id)
        )
        return used.first() is not None


class UsedAssertions:
    """The `jti` of assertions that opened a token, as digests, until they run out."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def use(self, client_id: UUID, jti: str, expires_at: datetime, now: datetime) -> bool:
        """Uses one up; False when it was used before. One statement: of a race, one wins."""
        column = used_assertions.c
        await self._session.execute(
            delete(used_assertions).where(column.client_id == client_id, column.expires_at < now)
        )
        row = {"client_id": client_id, "digest": digest(jti), "expires_at": expires_at}
        used = await self._session.execute(
            insert(used_assertions).values(row).on_conflict_do_nothing().returning(column.digest)
        )
        return used.first() is not None
