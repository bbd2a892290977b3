"""Opens a whole vault for an officer who takes it along: the newest version of every document."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.auth.principal import Principal
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import NAMELESS, Document, Version
from documents.domain.errors import Damaged
from documents.domain.file_names import file_paths
from documents.domain.folder import Folder, above
from documents.domain.ledger import Act
from documents.domain.permissions import need_officer, need_second_factor
from documents.storage.folders import Folders
from documents.storage.group_keys import GroupKeys
from documents.storage.ledger import write_line
from documents.storage.vault import Vault
from documents.use_cases.read_content import ReadableContent

MOST_DOCUMENTS = 500
"""In one archive. Their keys are all unwrapped while the proofs hold, which is half a minute, and within the cap."""
NOTICE = "damaged and not in here.txt"
EXPORTING = timedelta(minutes=5)
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Export:
    """What goes into one archive, each under the name of its file. `next` goes into `after` for what is older.

    `damaged` are the names of those whose keys do not open. A file named `notice` lists them, so that nobody takes the
    archive for the whole.
    """

    contents: list[ReadableContent]
    damaged: list[str]
    notice: str
    next: UUID | None


async def export_vault(
    uow: UnitOfWork, keys: GroupKeys, actor: Principal, proof: GroupPass, *, after: UUID | None
) -> Export:
    """The newest documents that have a content and are not in the bin, those that are older than `after`. A download
    that began goes on to its end, as every download does (P18). Raises OnlyOfficers, SecondFactorNeeded.
    """
    need_officer(proof)
    need_second_factor(actor, now(), within=EXPORTING)
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        documents = await vault.documents(after, MOST_DOCUMENTS)
        versions = await vault.newest_versions(documents)
        folders = await Folders(uow.session, proof).visible()
        ready = [(document, versions[document.id]) for document in documents if document.id in versions]
        for document, version in ready:
            await write_line(
                uow.session,
                proof.group_id,
                document.id,
                Act.READ,
                now(),
                person_id=actor.id,
                version_id=version.id,
            )
    going = [document for document, _ in ready]
    own_names = [name or NAMELESS for name in await keys.open_names(going)]
    places = zip(await _places(keys, folders, going), own_names, strict=True)
    *names, notice = file_paths([*places, ((), NOTICE)])
    unwrapped = await _keys(keys, [version for _, version in ready])
    going_out = [(version, name, key) for (_, version), name, key in zip(ready, names, unwrapped, strict=True)]
    contents = [ReadableContent(version, name, key) for version, name, key in going_out if key is not None]
    damaged = [name for _, name, key in going_out if key is None]
    return Export(contents, damaged, notice, documents[-1].id if len(documents) == MOST_DOCUMENTS else None)


async def _places(keys: GroupKeys, folders: Sequence[Folder], documents: Sequence[Document]) -> list[tuple[str, ...]]:
    names = [name or NAMELESS for name in await keys.open_folders(folders)]
    named = dict(zip((folder.id for folder in folders), names, strict=True))
    tree = {folder.id: folder.parent_id for folder in folders}
    return [tuple(named[each] for each in reversed(above(tree, document.folder_id))) for document in documents]


async def _keys(keys: GroupKeys, versions: Sequence[Version]) -> list[bytes | None]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def unwrapped(version: Version) -> bytes | None:
        async with turns:
            try:
                return await keys.unwrap(version)
            except Damaged:
                return None

    return list(await asyncio.gather(*(unwrapped(version) for version in versions)))
