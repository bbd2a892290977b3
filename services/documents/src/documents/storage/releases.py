"""The releases of a group, as far as the holder of a pass may see them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update

from documents.domain.document import Readers
from documents.domain.errors import NothingHere
from documents.domain.ledger import Act
from documents.domain.release import Download, Recipient, Release
from documents.storage import tables
from documents.storage.group_scope import OfGroup


class Releases(OfGroup):
    """Officers see all; whoever may only forward sees those of documents that members may read."""

    def add(self, release: Release) -> None:
        self._session.add(release)

    async def to_change(self, release_id: UUID) -> Release:
        """One release, its row held until the transaction ends. Raises NothingHere."""
        asked = self._visible().where(tables.releases.c.id == release_id)
        found = await self._session.scalar(asked.with_for_update(of=tables.releases))
        if found is None:
            raise NothingHere
        return found

    async def page(self, after: UUID | None, limit: int) -> Sequence[Release]:
        """The newest first, those that are older than `after`."""
        asked = self._visible().order_by(tables.releases.c.id.desc()).limit(limit)
        if after is not None:
            asked = asked.where(tables.releases.c.id < after)
        return (await self._session.scalars(asked)).all()

    async def of_document(self, document_id: UUID) -> Sequence[Release]:
        """The releases of a document that are not revoked, held until the transaction ends."""
        columns = tables.releases.c
        asked = select(Release).where(
            columns.group_id == self._proof.group_id,
            columns.document_id == document_id,
            columns.revoked_at.is_(None),
        )
        return (await self._session.scalars(asked.with_for_update())).all()

    async def recipients(self, release_ids: Sequence[UUID]) -> dict[UUID, list[Recipient]]:
        """The links of these releases, by release."""
        columns = tables.release_recipients.c
        found = await self._session.scalars(
            select(Recipient)
            .where(columns.group_id == self._proof.group_id, columns.release_id.in_(release_ids))
            .order_by(columns.ref)
        )
        of: dict[UUID, list[Recipient]] = {release_id: [] for release_id in release_ids}
        for recipient in found:
            of[recipient.release_id].append(recipient)
        return of

    async def downloads(self, release_id: UUID, after: UUID | None, limit: int) -> Sequence[Download]:
        """What was downloaded by links of a release, the newest first. Raises NothingHere."""
        if await self._session.scalar(self._visible().where(tables.releases.c.id == release_id)) is None:
            raise NothingHere
        columns = tables.document_ledger.c
        asked = select(columns.id, columns.recipient_ref, columns.at).where(
            columns.group_id == self._proof.group_id,
            columns.release_id == release_id,
            columns.act == Act.DOWNLOADED,
        )
        if after is not None:
            asked = asked.where(columns.id < after)
        found = await self._session.execute(asked.order_by(columns.id.desc()).limit(limit))
        return [Download(*row) for row in found]

    async def revoke_links(self, release_id: UUID, refs: Sequence[UUID], at: datetime) -> bool:
        """Revokes these links; whether any of them was still live. Raises NothingHere for one that is not there."""
        columns = tables.release_recipients.c
        these = (columns.group_id == self._proof.group_id, columns.release_id == release_id, columns.ref.in_(refs))
        known = set(await self._session.scalars(select(columns.ref).where(*these)))
        if not known.issuperset(refs):
            raise NothingHere
        revoked = await self._session.execute(
            update(tables.release_recipients)
            .where(*these, columns.revoked_at.is_(None))
            .values(revoked_at=at)
            .returning(columns.ref)
        )
        return revoked.first() is not None

    def _visible(self) -> Select[Release]:
        columns = tables.releases.c
        asked = select(Release).where(columns.group_id == self._proof.group_id)
        if self._proof.is_officer:
            return asked
        documents = tables.documents.c
        return asked.join(tables.documents, documents.id == columns.document_id).where(
            documents.readers == Readers.MEMBERS
        )
