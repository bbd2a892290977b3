"""Organisations."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import Account, Appointment, Authority, Organisation
from identity.storage import tables


class Organisations:
    """All organisations."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, organisation_id: UUID) -> Organisation | None:
        return await self._session.get(Organisation, organisation_id)

    async def get_for_change(self, organisation_id: UUID) -> Organisation | None:
        return await self._session.get(Organisation, organisation_id, with_for_update=True)

    async def police_domains(self) -> set[str]:
        """The e-mail domains of all police organisations."""
        chosen = select(func.unnest(tables.organisations.c.email_domains))
        return set(await self._session.scalars(chosen.where(tables.organisations.c.authority == Authority.POLICE)))

    async def get_for_share(self, organisation_id: UUID) -> Organisation | None:
        """The organisation, kept as it is until the transaction ends."""
        return await self._session.get(Organisation, organisation_id, with_for_update={"read": True})

    async def all(self) -> Sequence[Organisation]:
        return (await self._session.scalars(select(Organisation).order_by(tables.organisations.c.name))).all()

    async def all_with_officers(self) -> Sequence[tuple[Organisation, Account | None, Appointment | None]]:
        """Each with the account that was named its data-protection officer, and that one's appointment, by name."""
        officer = tables.organisations.c.data_protection_officer_id
        chosen = (
            select(Organisation, Account, Appointment)
            .outerjoin(Account, tables.accounts.c.id == officer)
            .outerjoin(Appointment, tables.appointments.c.person_id == officer)
            .order_by(tables.organisations.c.name)
        )
        return [(each, account, appointment) for each, account, appointment in await self._session.execute(chosen)]

    async def add_new(self, organisation: Organisation) -> bool:
        """Adds it; False when there is one of that name."""
        row = {
            "id": organisation.id,
            "name": organisation.name,
            "authority": organisation.authority,
            "version": organisation.version,
            "email_domains": organisation.email_domains,
        }
        added = await self._session.execute(
            insert(tables.organisations).values(row).on_conflict_do_nothing().returning(tables.organisations.c.id)
        )
        return added.first() is not None

    async def of_authority(self, authority: Authority) -> Organisation | None:
        """The first organisation with this authority."""
        chosen = select(Organisation).where(tables.organisations.c.authority == authority)
        return await self._session.scalar(chosen.order_by(tables.organisations.c.id).limit(1))
