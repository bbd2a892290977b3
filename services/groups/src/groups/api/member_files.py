"""The members of a group as a file, and a list of people as a file, both CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BeforeValidator, TypeAdapter
from shared.clock import now
from shared.http.dependencies import Member
from shared.http.fields import Answer, Body, Line
from shared.http.idempotency import IdempotentRoute

from groups.api.dependencies import Built, Unit
from groups.api.joining import Email
from groups.domain.errors import NotAList
from groups.domain.imports import LARGEST_BYTES, MOST_LINES, ImportLine, ImportOutcome, ToKeep, Unreadable
from groups.domain.invitees import Invitee
from groups.domain.kept_people import Consent, ConsentHow
from groups.domain.spreadsheets import as_csv
from groups.use_cases import export_members as exporting
from groups.use_cases import import_people as importing

router = APIRouter(route_class=IdempotentRoute)

_EXPORTED = ("name", "office", "state", "since", "how_to_reach")
_TO_KEEP = ("name", "how_to_reach", "consent_on", "consent_how")
_CSV = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}
_FILE = {
    "content-disposition": 'attachment; filename="members.csv"',
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
}
_email: TypeAdapter[str] = TypeAdapter(Email)


class _WrittenPerson(Body):
    name: Line
    how_to_reach: Line
    consent_on: Annotated[date, BeforeValidator(date.fromisoformat)]
    consent_how: ConsentHow


class ImportedAnswer(Answer):
    """`line` is where the line ends in the file, from 1; `code` says why it was refused."""

    line: int
    outcome: ImportOutcome
    code: str | None


class ImportAnswer(Answer):
    lines: list[ImportedAnswer]


async def csv_text(request: Request) -> str:
    """The body as text; NotAList for what is no CSV in UTF-8, or longer than 64 KiB."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise NotAList
    body = await request.body()
    if len(body) > LARGEST_BYTES:
        raise NotAList
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAList from error


Csv = Annotated[str, Depends(csv_text)]


@router.get("/groups/{group_id}/members.csv", response_class=Response)
async def export_members(member: Member, uow: Unit, group_id: UUID) -> Response:
    everybody = await exporting.export_members(uow, member, group_id, now())
    members = [
        (each.name or "", each.office or "", each.state.value, each.since.date().isoformat(), "")
        for each in everybody.members
    ]
    kept = [(each.name, "", "kept", each.consent_given_on.isoformat(), each.how_to_reach) for each in everybody.kept]
    return Response(as_csv([_EXPORTED, *members, *kept]), media_type="text/csv", headers=_FILE)


@router.post("/groups/{group_id}/members/import", openapi_extra=_CSV)
async def import_people(member: Member, uow: Unit, resources: Built, group_id: UUID, text: Csv) -> ImportAnswer:
    lines = list(_lines(text, resources.invitee))
    imported = await importing.import_people(uow, member, group_id, lines, now())
    return ImportAnswer(lines=[ImportedAnswer.model_validate(each) for each in imported])


def _lines(text: str, invitee: Callable[[str], Invitee]) -> Iterator[ImportLine]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except csv.Error as error:
        raise NotAList from error
    columns = tuple(cell.strip().lower() for cell in rows[0][1]) if rows else ()
    if columns not in {("email",), _TO_KEEP} or len(rows) > MOST_LINES + 1:
        raise NotAList
    for number, row in rows[1:]:
        yield ImportLine(number, _invited(row, invitee) if columns == ("email",) else _to_keep(row))


def _invited(row: Sequence[str], invitee: Callable[[str], Invitee]) -> Invitee | Unreadable:
    try:
        (address,) = row
        return invitee(_email.validate_python(address))
    except ValueError:  # too many cells, or pydantic's ValidationError
        return Unreadable("groups.not_an_address")


def _to_keep(row: Sequence[str]) -> ToKeep | Unreadable:
    try:
        written = _WrittenPerson.model_validate(dict(zip(_TO_KEEP, (cell.strip() for cell in row), strict=True)))
    except ValueError:  # as above
        return Unreadable("groups.line_not_complete")
    return ToKeep(written.name, written.how_to_reach, Consent(written.consent_on, written.consent_how))
