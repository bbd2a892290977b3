"""Organisations' own sign-in: who it is, sign-ins under way, and the accounts that it opens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from identity.domain.providers import SIGN_IN_LIFE, Attested, Provider, SignInUnderWay
from identity.storage.links import digest
from identity.storage.tables import provider_sign_ins, provider_subjects, providers


class Providers:
    """One at most for each organisation."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, organisation_id: UUID) -> Provider | None:
        return await self._session.get(Provider, organisation_id)

    async def put(self, provider: Provider) -> None:
        """Keeps it in place of the one of before; sign-ins under way with that come to nothing."""
        row = {column.name: getattr(provider, column.name) for column in providers.c}
        await self._session.execute(
            insert(providers).values(row).on_conflict_do_update(index_elements=["organisation_id"], set_=row)
        )
        await self._forget_sign_ins(provider.organisation_id)

    async def remove(self, organisation_id: UUID) -> bool:
        """False where there is none."""
        column = providers.c
        removed = await self._session.execute(
            delete(providers).where(column.organisation_id == organisation_id).returning(column.organisation_id)
        )
        await self._forget_sign_ins(organisation_id)
        return removed.first() is not None

    async def _forget_sign_ins(self, organisation_id: UUID) -> None:
        column = provider_sign_ins.c
        await self._session.execute(delete(provider_sign_ins).where(column.organisation_id == organisation_id))


class ProviderSignIns:
    """Sign-ins that were begun within ten minutes, by the digest of their state."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def begin(self, state: str, begun: SignInUnderWay, now: datetime) -> None:
        """Keeps it for ten minutes, and removes those that ran out."""
        column = provider_sign_ins.c
        await self._session.execute(delete(provider_sign_ins).where(column.expires_at <= now))
        row = {
            "id": begun.id,
            "state_digest": digest(state),
            "organisation_id": begun.organisation_id,
            "nonce_digest": begun.nonce_digest,
            "sealed_verifier": begun.sealed_verifier,
            "challenge": begun.challenge,
            "expires_at": now + SIGN_IN_LIFE,
        }
        await self._session.execute(insert(provider_sign_ins).values(row))

    async def take(self, state: str, challenge: str, now: datetime) -> SignInUnderWay | None:
        """The sign-in of this state, begun with this challenge; used up. One statement: of a race, one wins."""
        column = provider_sign_ins.c
        taken = await self._session.execute(
            delete(provider_sign_ins)
            .where(column.state_digest == digest(state), column.challenge == challenge, column.expires_at > now)
            .returning(column.id, column.organisation_id, column.nonce_digest, column.sealed_verifier, column.challenge)
        )
        row = taken.one_or_none()
        return SignInUnderWay(*row) if row is not None else None


class ProviderSubjects:
    """Which account a provider's subject opens, once it was linked."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def account_of(self, organisation_id: UUID, attested: Attested) -> UUID | None:
        column = provider_subjects.c
        return await self._session.scalar(
            select(column.account_id).where(
                column.organisation_id == organisation_id,
                column.issuer == attested.issuer,
                column.subject == attested.subject,
            )
        )

    async def unlink_all(self, account_id: UUID) -> None:
        """No subject opens this account any more; it may be linked to another."""
        await self._session.execute(delete(provider_subjects).where(provider_subjects.c.account_id == account_id))

    async def link(self, organisation_id: UUID, attested: Attested, account_id: UUID, now: datetime) -> bool:
        """Links them; False where either is linked to another already. One statement."""
        row = {
            "organisation_id": organisation_id,
            "issuer": attested.issuer,
            "subject": attested.subject,
            "account_id": account_id,
            "linked_at": now,
        }
        linked = await self._session.execute(
            insert(provider_subjects).values(row).on_conflict_do_nothing().returning(provider_subjects.c.account_id)
        )
        return linked.first() is not None
