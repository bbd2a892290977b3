"""Reads what was done with a document (P29: whoever was erased is an id that means nobody)."""

from collections.abc import Sequence
from uuid import UUID

from shared.auth.passes import GroupPass
from shared.db.unit_of_work import UnitOfWork

from documents.domain.ledger import LedgerLine
from documents.storage.ledger import Ledger


async def read_ledger(
    uow: UnitOfWork, proof: GroupPass, document_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[LedgerLine]:
    """The newest lines first, also of what lies in the bin or is destroyed. Raises OnlyOfficers and NothingHere."""
    async with uow:
        ledger = await Ledger.enter(uow.session, proof)
        return await ledger.page(document_id, after, limit)
