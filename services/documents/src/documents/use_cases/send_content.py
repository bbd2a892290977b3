"""What both ways of sending a version's content have in common: who sends, what it goes through, and its deadline."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.blobs.errors import StoreUnavailable
from shared.blobs.store import BlobStore
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Version
from documents.domain.errors import StoreAway, UploadBrokeOff
from documents.domain.permissions import need_acting_officer
from documents.storage.clamd import Clamd
from documents.storage.group_keys import GroupKeys
from documents.storage.parts import Turns
from documents.use_cases.make_version_ready import look_at_version

LONGEST_UPLOAD_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Sending:
    """One request that brings bytes of a version."""

    uow: UnitOfWork
    store: BlobStore
    scanner: Clamd | None
    turns: Turns
    keys: GroupKeys
    actor: Principal
    proof: GroupPass
    document_id: UUID
    version_id: UUID

    async def permitted(self) -> Version:
        """The version that is sent. Raises OnlyOfficers, SecondFactorNeeded and NothingHere."""
        need_acting_officer(self.actor, self.proof, now())
        return await self.version()

    async def version(self) -> Version:
        """The version as it is now. Raises NothingHere."""
        return await look_at_version(self.uow, self.proof, self.document_id, self.version_id)


@asynccontextmanager
async def within_deadline() -> AsyncIterator[None]:
    """For as long as a request may take. Raises UploadBrokeOff at its end, and StoreAway."""
    limit = asyncio.timeout(LONGEST_UPLOAD_SECONDS)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise  # another's deadline: the database's, say
        raise UploadBrokeOff from error
    except StoreUnavailable as error:
        raise StoreAway from error
