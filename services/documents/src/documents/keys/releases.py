"""Releases: one version's key laid aside under two proofs, opened later by a link that still holds (P21)."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from shared.auth.principal import Principal
from shared.errors import Conflict
from shared.ids import new_id
from sqlalchemy import ColumnElement, Executable, and_, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from documents.domain.errors import NothingHere
from documents.domain.ledger import Act
from documents.keys import wrapping
from documents.keys.bootstrap import KeyResources
from documents.keys.destroyed import refuse_destroyed
from documents.keys.group_keys import group_key, newest_group_key
from documents.keys.record import write_down
from documents.storage.key_messages import LinkRequest, OpenedRelease, ReleaseNote, ReleaseRequest, TextKind
from documents.storage.tables import document_ledger, release_recipients, release_wraps, releases


class ReleasedBefore(Conflict):
    """There is a key laid aside for this release already."""

    code = "documents.released_before"


async def lay_aside(resources: KeyResources, actor: Principal, group_id: UUID, asked: ReleaseRequest) -> None:
    """Keeps the version's key for this release, until it expires. Raises DoesNotFit and ReleasedBefore, and
    NothingHere for a version whose key was destroyed.
    """
    async with resources.unit_of_work() as uow:
        await refuse_destroyed(uow.session, asked.version_id)
        group = await group_key(uow.session, resources.roots, group_id, asked.epoch)
        document = wrapping.place_of_document_key(group_id, asked.document_id, asked.version_id, asked.epoch)
        key = wrapping.unwrap(group.key, document, asked.wrapped)
        # A name of another document would be told to everybody with a link: it must fit now, not only then.
        names = await group_key(uow.session, resources.roots, group_id, asked.name_epoch)
        name = wrapping.open_text(names, asked.document_id, TextKind.NAME, asked.sealed_name)
        note = await _note(uow.session, resources, group_id, asked.release_id, asked.note_epoch, asked.sealed_note)
        newest = await newest_group_key(uow.session, resources.roots, group_id)
        place = wrapping.place_of_release_key(
            asked.release_id, group_id, asked.document_id, asked.version_id, newest.epoch
        )
        row = {
            **asked.model_dump(),
            "group_id": group_id,
            "epoch": newest.epoch,
            "wrapped": wrapping.wrap(newest.key, place, key),
            "name_epoch": newest.epoch,
            "sealed_name": wrapping.seal_text(newest, asked.document_id, TextKind.NAME, name),
            "note_epoch": None if note is None else newest.epoch,
            "sealed_note": None if note is None else wrapping.seal_text(newest, asked.release_id, TextKind.NOTE, note),
            "released_by": actor.id,
        }
        kept = await uow.session.execute(
            insert(release_wraps).values(row).on_conflict_do_nothing().returning(release_wraps.c.release_id)
        )
        if kept.first() is None:
            raise ReleasedBefore
        await write_down(
            uow.session,
            "release",
            group_id,
            actor,
            document_id=asked.document_id,
            version_id=asked.version_id,
            release_id=asked.release_id,
        )


async def open_release(resources: KeyResources, release_id: UUID, link: LinkRequest) -> OpenedRelease:
    """The one version that this link opens, counted. NothingHere, whatever the reason why it does not.

    One statement decides and counts, so that no two downloads share the last one that is left.
    """
    async with resources.unit_of_work() as uow:
        await uow.session.execute(_SEE, {"release_id": str(release_id)})
        found = await uow.session.execute(_open(release_id, link))
        if (row := found.first()) is None:
            raise NothingHere
        laid = _Laid(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        await refuse_destroyed(uow.session, laid.version_id)
        opened = await _opened(uow.session, resources, release_id, laid)
        await uow.session.execute(
            insert(document_ledger).values(
                id=new_id(),
                group_id=laid.group_id,
                document_id=laid.document_id,
                version_id=laid.version_id,
                release_id=release_id,
                recipient_ref=link.ref,
                act=Act.DOWNLOADED,
                at=func.now(),
            )
        )
        await write_down(
            uow.session,
            "open_release",
            laid.group_id,
            document_id=laid.document_id,
            version_id=laid.version_id,
            release_id=release_id,
            recipient_ref=link.ref,
        )
    return opened


async def read_note(resources: KeyResources, release_id: UUID, link: LinkRequest) -> ReleaseNote:
    """What the group wrote to whoever holds this link; nothing is counted. NothingHere as for `open_release`."""
    async with resources.unit_of_work() as uow:
        await uow.session.execute(_SEE, {"release_id": str(release_id)})
        laid = release_wraps.c
        found = await uow.session.execute(
            select(laid.group_id, laid.note_epoch, laid.sealed_note)
            .join(releases, releases.c.id == laid.release_id)
            .join(release_recipients, release_recipients.c.release_id == laid.release_id)
            .where(_holds(release_id, link))
        )
        if (row := found.first()) is None:
            raise NothingHere
        note = await _note(uow.session, resources, row.group_id, release_id, row.note_epoch, row.sealed_note)
        if note is not None:
            await write_down(uow.session, "read_note", row.group_id, release_id=release_id, recipient_ref=link.ref)
    return ReleaseNote(note=note)


_SEE = text("SELECT set_config('documents.release', :release_id, true)")


@dataclass(frozen=True, slots=True)
class _Laid:
    group_id: UUID
    document_id: UUID
    version_id: UUID
    epoch: int
    wrapped: bytes
    name_epoch: int
    sealed_name: bytes


def _holds(release_id: UUID, link: LinkRequest) -> ColumnElement[bool]:
    """That this link of this release opens now."""
    links, laid = release_recipients.c, release_wraps.c
    return and_(
        links.release_id == release_id,
        links.ref == link.ref,
        links.secret_sha256 == hashlib.sha256(link.secret.encode()).digest(),
        links.revoked_at.is_(None),
        releases.c.id == links.release_id,
        releases.c.revoked_at.is_(None),
        releases.c.expires_at > func.now(),
        laid.release_id == links.release_id,
        laid.expires_at > func.now(),
        or_(laid.download_limit.is_(None), links.downloads < laid.download_limit),
    )


async def _note(
    session: AsyncSession,
    resources: KeyResources,
    group_id: UUID,
    release_id: UUID,
    epoch: int | None,
    sealed: bytes | None,
) -> str | None:
    if epoch is None or sealed is None:
        return None
    group = await group_key(session, resources.roots, group_id, epoch)
    return wrapping.open_text(group, release_id, TextKind.NOTE, sealed)


def _open(release_id: UUID, link: LinkRequest) -> Executable:
    links, laid = release_recipients.c, release_wraps.c
    return (
        update(release_recipients)
        .values(downloads=links.downloads + 1, last_downloaded_at=func.now())
        .where(_holds(release_id, link))
        .returning(
            laid.group_id,
            laid.document_id,
            laid.version_id,
            laid.epoch,
            laid.wrapped,
            laid.name_epoch,
            laid.sealed_name,
        )
    )


async def _opened(session: AsyncSession, resources: KeyResources, release_id: UUID, laid: _Laid) -> OpenedRelease:
    group = await group_key(session, resources.roots, laid.group_id, laid.epoch)
    place = wrapping.place_of_release_key(release_id, laid.group_id, laid.document_id, laid.version_id, laid.epoch)
    names = await group_key(session, resources.roots, laid.group_id, laid.name_epoch)
    return OpenedRelease(
        group_id=laid.group_id,
        document_id=laid.document_id,
        version_id=laid.version_id,
        name=wrapping.open_text(names, laid.document_id, TextKind.NAME, laid.sealed_name),
        key=wrapping.unwrap(group.key, place, laid.wrapped),
    )
