"""Opens a version's content for a member who may read it."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork
from shared.tasks import begun

from documents.domain.document import NAMELESS, Version
from documents.domain.errors import NothingHere
from documents.domain.ledger import Act
from documents.storage.group_keys import GroupKeys
from documents.storage.ledger import write_line
from documents.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ReadableContent:
    """A ready version, its document's name, and its key for the length of this one answer, which may still be on its
    way.
    """

    version: Version
    name: str
    key: bytes | Awaitable[bytes] = field(repr=False)


async def read_content(
    uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, document_id: UUID, version_id: UUID
) -> ReadableContent:
    """The ledger tells of it before a byte is given.

    Raises NothingHere for what is absent, in the bin or not the holder's to read (P18, P20, P22). Awaiting the key
    raises Damaged where it does not open; a damaged name keeps nobody from the content.
    """
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        document = await vault.document(document_id)
        version = await vault.version(document_id, version_id)
        if version.ready_at is None:
            raise NothingHere
        await write_line(
            uow.session,
            proof.group_id,
            document_id,
            Act.READ,
            now(),
            person_id=proof.person_id,
            version_id=version_id,
        )
    # The store is asked for the content meanwhile: it takes about as long.
    key = begun(keys.unwrap(version))
    (name,) = await keys.open_names([document])
    return ReadableContent(version, name or NAMELESS, key)
