"""Members' consents, and the receipts of what they said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared.ids import new_id
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.accounts import Consent
from identity.domain.consents import CURRENT_WORDING, ConsentReceipt
from identity.storage import tables


class Consents:
    """Members' consents. Whoever changes them has locked the account."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, person_id: UUID) -> Sequence[Consent]:
        chosen = select(Consent).where(tables.consents.c.person_id == person_id).order_by(tables.consents.c.since)
        return (await self._session.scalars(chosen)).all()

    async def to(self, person_id: UUID, organisation_id: UUID) -> Consent | None:
        """The person's consent to one organisation, given or withdrawn."""
        column = tables.consents.c
        chosen = select(Consent).where(column.person_id == person_id, column.organisation_id == organisation_id)
        consent: Consent | None = await self._session.scalar(chosen)
        return consent

    async def get_for_share(self, person_id: UUID, organisation_id: UUID) -> Consent | None:
        """The consent, kept as it is until the transaction ends."""
        column = tables.consents.c
        chosen = select(Consent).where(column.person_id == person_id, column.organisation_id == organisation_id)
        consent: Consent | None = await self._session.scalar(chosen.with_for_update(read=True))
        return consent

    def add(self, consent: Consent) -> None:
        self._session.add(consent)


class ConsentReceipts:
    """What was said, and when. The database lets nobody change it."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def write(self, consent: Consent, now: datetime) -> None:
        """Adds what a consent now says, in the transaction that changes it."""
        said = (consent.person_id, consent.organisation_id, consent.is_given, now, CURRENT_WORDING)
        self._session.add(ConsentReceipt(new_id(), *said))

    async def of(self, person_id: UUID) -> Sequence[ConsentReceipt]:
        """Oldest first."""
        column = tables.consent_receipts.c
        chosen = select(ConsentReceipt).where(column.person_id == person_id).order_by(column.id)
        return (await self._session.scalars(chosen)).all()
