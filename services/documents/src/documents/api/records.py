"""What a vault tells about itself: how full it is, and what was done with a document."""
# ruff: noqa: FAST003 - the group of the path is read by the dependency that reads the pass

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from shared.http.fields import Answer

from documents.api.dependencies import After, FromBootstrap, Limit, Pass, Unit
from documents.domain.ledger import Act
from documents.use_cases import read_ledger as ledger
from documents.use_cases.read_space import read_space

router = APIRouter()


class VaultAnswer(Answer):
    """What lies in the bin is used too, and so is what is declared and has not come yet."""

    used_bytes: int
    quota_bytes: int


class LineAnswer(Answer):
    """`person_id` is null where a day came, where links ended because somebody no longer belongs, or where a link was
    used, whose `recipient_ref` is told.
    """

    id: UUID
    act: Act
    at: datetime
    person_id: UUID | None
    version_id: UUID | None
    release_id: UUID | None
    recipient_ref: UUID | None


class LedgerPage(Answer):
    """`next` goes into `after` for what is older; null at the end."""

    lines: list[LineAnswer]
    next: UUID | None


@router.get("/groups/{group_id}/vault")
async def show_vault(proof: Pass, uow: Unit, resources: FromBootstrap) -> VaultAnswer:
    return VaultAnswer.model_validate(await read_space(uow, proof, resources.settings.quota_bytes))


@router.get("/groups/{group_id}/documents/{document_id}/ledger")
async def read_ledger(document_id: UUID, proof: Pass, uow: Unit, after: After = None, limit: Limit = 50) -> LedgerPage:
    page = await ledger.read_ledger(uow, proof, document_id, after=after, limit=limit)
    return LedgerPage(
        lines=[LineAnswer.model_validate(line) for line in page], next=page[-1].id if len(page) == limit else None
    )
