"""What is held about a person: to be seen, taken along and erased (P29)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from shared.clock import now
from shared.http.dependencies import Member, Staff
from shared.http.fields import Answer, Body
from shared.http.idempotency import IdempotentRoute

from identity.api.dependencies import Built, Uow
from identity.api.fields import Password
from identity.domain.ledger import LedgerKind
from identity.use_cases import erase, export
from identity.use_cases.look import ledger_of

router = APIRouter(route_class=IdempotentRoute, tags=["own data"])

After = Annotated[UUID | None, Query()]
Limit = Annotated[int, Query(ge=1, le=100)]


class LedgerLine(Answer):
    """One thing that happened to the account. `details` are words for it, never a secret."""

    id: UUID
    at: datetime
    kind: LedgerKind
    details: dict[str, str]


class LedgerPage(Answer):
    """Newest first; `after` the last line's id comes the next page."""

    lines: list[LedgerLine]


class Erasing(Body):
    """The password, where there is no second factor to show."""

    password: Password | None = None


class ErasureBegun(Answer):
    detail: str = "Your account is erased. You get a mail once every part of OurWatch has done so."


@router.get("/me/ledger")
async def read_my_ledger(actor: Member, uow: Uow, after: After = None, limit: Limit = 50) -> LedgerPage:
    lines = await ledger_of(uow, actor, after=after, limit=limit)
    return LedgerPage(lines=[LedgerLine.model_validate(line) for line in lines])


@router.get("/staff/me/ledger")
async def read_staff_ledger(actor: Staff, uow: Uow, after: After = None, limit: Limit = 50) -> LedgerPage:
    lines = await ledger_of(uow, actor, after=after, limit=limit)
    return LedgerPage(lines=[LedgerLine.model_validate(line) for line in lines])


@router.get("/me/export")
async def export_me(
    actor: Member, uow: Uow, response: Response
) -> dict[str, list[dict[str, Any]]]:  # Any: columns of any type
    taken = await export.export(uow, actor, now=now())
    response.headers["content-disposition"] = 'attachment; filename="ourwatch-identity.json"'
    response.headers["cache-control"] = "no-store"
    return taken


@router.post("/me/erasure", status_code=202)
async def erase_me(body: Erasing, actor: Member, uow: Uow, built: Built) -> ErasureBegun:
    password = body.password.get_secret_value() if body.password else None
    reading = built.unit_of_work()
    await erase.erase_own_account(
        uow, reading, built.counting, built.keyring, built.hasher, actor, password=password, now=now()
    )
    return ErasureBegun()
