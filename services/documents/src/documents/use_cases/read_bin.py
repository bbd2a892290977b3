"""Reads what lies in the bin, and gives notice of what goes there and of what leaves it for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.clock import now
from shared.db.unit_of_work import UnitOfWork

from documents.domain.document import Document
from documents.domain.permissions import need_officer
from documents.storage.bin import Bin
from documents.storage.group_keys import GroupKeys
from documents.storage.vault import Vault

NOTICE = timedelta(days=30)
MOST_DUE = 100


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document with nothing but its name, None where that is damaged."""

    document: Document
    name: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """What goes into the bin by itself within 30 days, and what lies in it: each the soonest first, 100 at most."""

    leaving: list[NamedDocument]
    in_bin: list[NamedDocument]


async def list_bin(
    uow: UnitOfWork, keys: GroupKeys, proof: GroupPass, *, after: UUID | None, limit: int
) -> list[NamedDocument]:
    """The newest documents first. Raises OnlyOfficers."""
    async with uow:
        found = await (await Bin.enter(uow.session, proof)).page(now(), after, limit)
    return await _named(keys, found)


async def read_due(uow: UnitOfWork, keys: GroupKeys, proof: GroupPass) -> Due:
    """Raises OnlyOfficers."""
    need_officer(proof)
    at = now()
    async with uow:
        vault = await Vault.enter(uow.session, proof)
        leaving = await vault.leaving_by((at + NOTICE).date(), MOST_DUE)
        in_bin = await Bin(uow.session, proof).next_to_go(at, MOST_DUE)
    return Due(await _named(keys, leaving), await _named(keys, in_bin))


async def _named(keys: GroupKeys, documents: Sequence[Document]) -> list[NamedDocument]:
    names = await keys.open_names(documents)
    return [NamedDocument(document, name) for document, name in zip(documents, names, strict=True)]
