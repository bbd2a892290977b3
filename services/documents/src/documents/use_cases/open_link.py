"""What a link of a release opens, for whoever holds it (P21)."""

from datetime import datetime
from uuid import UUID

from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Version
from documents.domain.errors import NothingHere
from documents.domain.ledger import Act
from documents.storage.group_keys import KeysProcess
from documents.storage.group_scope import enter_group
from documents.storage.ledger import write_line
from documents.storage.links import link_holds_until
from documents.use_cases.read_content import ReadableContent


async def look_at_link(uow: UnitOfWork, release_id: UUID, ref: UUID, secret: str) -> datetime:
    """Until when the link holds; nothing is counted. Raises NothingHere, whatever the reason."""
    async with uow:
        until = await link_holds_until(uow.session, release_id, ref, secret)
    if until is None:
        raise NothingHere
    return until


async def open_link(uow: UnitOfWork, keys: KeysProcess, release_id: UUID, ref: UUID, secret: str) -> ReadableContent:
    """The one version, counted as a download also if it then breaks off. Raises NothingHere, whatever the reason."""
    opened = await keys.open_release(release_id, ref, secret)
    async with uow:
        await enter_group(uow.session, opened.group_id)
        version = await uow.session.get(Version, opened.version_id)
        if version is None or version.document_id != opened.document_id:
            raise NothingHere
        await write_line(
            uow.session,
            opened.group_id,
            opened.document_id,
            Act.DOWNLOADED,
            now(),
            version_id=opened.version_id,
            release_id=release_id,
            recipient_ref=ref,
        )
    return ReadableContent(version, opened.name, opened.key)
