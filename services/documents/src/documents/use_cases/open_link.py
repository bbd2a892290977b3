"""What a link of a release opens, for whoever holds it (P21)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.link_texts import open_for_link
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Version
from documents.domain.errors import NothingHere
from documents.storage.group_keys import KeysProcess
from documents.storage.group_scope import enter_group
from documents.storage.links import living_link
from documents.use_cases.read_content import ReadableContent


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What whoever holds a link is told before they download: whose it is, until when, and the group's note."""

    group_name: str | None
    until: datetime
    note: str | None


async def look_at_link(uow: UnitOfWork, keys: KeysProcess, release_id: UUID, ref: UUID, secret: str) -> LinkPage:
    """Nothing is counted. Raises NothingHere, whatever the reason, and Damaged for the note of a link that opens."""
    async with uow:
        link = await living_link(uow.session, release_id, ref, secret)
    if link is None:
        raise NothingHere
    name = open_for_link(secret, release_id, ref, link.sealed_group_name) if link.sealed_group_name else None
    note = await keys.read_note(release_id, ref, secret) if link.has_note else None
    return LinkPage(name, link.until, note)


async def open_link(uow: UnitOfWork, keys: KeysProcess, release_id: UUID, ref: UUID, secret: str) -> ReadableContent:
    """The one version, counted as a download also if it then breaks off. Raises NothingHere, whatever the reason, and
    Damaged, uncounted, where what was laid aside for it does not open.
    """
    opened = await keys.open_release(release_id, ref, secret)
    async with uow:
        await enter_group(uow.session, opened.group_id)
        version = await uow.session.get(Version, opened.version_id)
        if version is None or version.document_id != opened.document_id:
            raise NothingHere
    return ReadableContent(version, opened.name, opened.key)
