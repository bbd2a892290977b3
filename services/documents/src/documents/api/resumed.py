"""Uploads that may be cut and go on, after draft-ietf-httpbis-resumable-upload: a version's content is the upload."""

import re
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from shared.http.problems import problem_of

from documents.api.answers import VersionAnswer
from documents.api.content import LARGEST_UPLOAD, PATH, pieces_of
from documents.api.dependencies import Bringing, Pass, Unit
from documents.domain.errors import LengthDiffers, NoOffset, UploadDiffers, UploadGone, WrongOffset
from documents.storage.parts import PART
from documents.use_cases.append_content import append_content
from documents.use_cases.look_at_upload import look_at_upload

MEDIA_TYPE: Final = "application/partial-upload"
_INTEGER: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_BODY = {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}}

# Not idempotent by key but by nature: bytes are taken at one offset alone, and once.
router = APIRouter()


@router.head(PATH, status_code=204)
async def look_at_content(document_id: UUID, version_id: UUID, proof: Pass, uow: Unit) -> Response:
    state = await look_at_upload(uow, proof, document_id, version_id)
    headers = {
        **_state(state.kept, is_complete=state.is_complete),
        "upload-length": str(state.length),
        # Whole parts are kept and no others: a request that brings less may have brought nothing.
        "upload-limit": f"min-append-size={PART}",
    }
    return Response(status_code=204, headers=headers)


@router.patch(
    PATH,
    max_body_size=LARGEST_UPLOAD,
    openapi_extra=_BODY,
    response_model=VersionAnswer,
    responses={204: {"description": "Kept, and not complete yet"}},
)
async def patch_content(request: Request, sending: Bringing) -> Response:
    offset, content = _offset(request), pieces_of(request.stream())
    try:
        version = await append_content(sending, offset, content)
    except WrongOffset as refusal:
        return _refused(refusal, refusal.kept, is_complete=refusal.is_complete)
    except (UploadDiffers, UploadGone) as refusal:
        return _refused(refusal, 0, is_complete=False)
    if version is not None:
        answer = VersionAnswer.model_validate(version).model_dump(mode="json")
        return JSONResponse(answer, headers=_state(version.length, is_complete=True))
    if request.headers.get("upload-complete") == "?1":
        raise LengthDiffers
    state = await look_at_upload(sending.uow, sending.proof, sending.document_id, sending.version_id)
    return Response(status_code=204, headers=_state(state.kept, is_complete=state.is_complete))


def _offset(request: Request) -> int:
    offset = request.headers.get("upload-offset", "").strip()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE or _INTEGER.fullmatch(offset) is None:
        raise NoOffset
    return int(offset)


def _refused(refusal: WrongOffset | UploadDiffers | UploadGone, kept: int, *, is_complete: bool) -> Response:
    answer = problem_of(refusal)
    answer.headers.update(_state(kept, is_complete=is_complete))
    return answer


def _state(kept: int, *, is_complete: bool) -> dict[str, str]:
    return {
        "cache-control": "no-store",
        "upload-offset": str(kept),
        "upload-complete": "?1" if is_complete else "?0",
    }
