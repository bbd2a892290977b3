"""The log of markings, for everybody and for a group's officers; and a marking as a file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Unit
from groups.domain.marking_log import Link
from groups.storage.marking_log import LoggedEntry
from groups.use_cases import export_statement as exporting
from groups.use_cases import read_marking_log as reading

router = APIRouter(route_class=IdempotentRoute)

AfterNumber = Annotated[int, Query(ge=0, le=2**62, description="The last number of the page before")]
PageLength = Annotated[int, Query(ge=1, le=1000)]


class LinkAnswer(Answer):
    """Hashes in hex. `hash` is SHA-256 over "ourwatch marking log", a line feed, number, previous hash and digest."""

    number: int
    digest: str
    previous_hash: str
    hash: str


class HeadAnswer(Answer):
    """A JWS of number and hash, by the key of `use` "log" in `/marking-keys`."""

    number: int
    statement: str


class LogPage(Answer):
    entries: list[LinkAnswer]
    heads: list[HeadAnswer]


class About(Answer):
    """Whom an entry is about. HMAC-SHA-256 of this, without `salt`, as sorted compact JSON, is the entry's `about`."""

    salt: str
    subject: UUID
    statement: str | None
    reason: str | None


class OwnEntry(LinkAnswer):
    """`digest` is SHA-256 over "ourwatch marking entry", a line feed, and `fields` as sorted compact JSON.

    `about` is None where the person was erased: the entry stays proved, without them.
    """

    fields: dict[str, str | int | bool | None]
    about: About | None


class OwnLog(Answer):
    entries: list[OwnEntry]


def _link(link: Link) -> dict[str, int | str]:
    return {
        "number": link.number,
        "digest": link.digest.hex(),
        "previous_hash": link.previous.hex(),
        "hash": link.hash.hex(),
    }


def _own(logged: LoggedEntry) -> OwnEntry:
    about = None if logged.salt is None else {"salt": logged.salt.hex(), **logged.about}
    return OwnEntry.model_validate({**_link(logged.link), "fields": logged.fields, "about": about})


@router.get("/marking-log")
async def read_marking_log(uow: Unit, after: AfterNumber = 0, limit: PageLength = 1000) -> LogPage:
    page = await reading.read_marking_log(uow, after=after, limit=limit)
    return LogPage(
        entries=[LinkAnswer.model_validate(_link(link)) for link in page.links],
        heads=[HeadAnswer.model_validate(head) for head in page.heads],
    )


@router.get("/groups/{group_id}/markings/log")
async def export_own_log(
    member: Member, uow: Unit, group_id: UUID, after: AfterNumber = 0, limit: PageLength = 1000
) -> OwnLog:
    entries = await reading.export_own_log(uow, member, group_id, after=after, limit=limit, now=now())
    return OwnLog(entries=[_own(each) for each in entries])


@router.get("/groups/{group_id}/markings/{marking_id}/statement", response_class=PlainTextResponse)
async def export_statement(member: Member, uow: Unit, group_id: UUID, marking_id: UUID) -> PlainTextResponse:
    statement = await exporting.export_statement(uow, member, group_id, marking_id, now())
    file = {"content-disposition": f'attachment; filename="marking-{marking_id}.txt"', "cache-control": "no-store"}
    return PlainTextResponse(f"{statement}\n", headers=file | {"x-content-type-options": "nosniff"})
