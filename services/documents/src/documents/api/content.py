"""A version's content, streamed both ways; no body is ever held in memory."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from documents.api.answers import VersionAnswer
from documents.api.dependencies import Bringing, FromBootstrap, Keys, Pass, Unit
from documents.api.download import download, etag
from documents.domain.errors import NotRawBytes, UploadBrokeOff
from documents.use_cases.keep_content import keep_content
from documents.use_cases.read_content import read_content

SILENCE_SECONDS = 60
LARGEST_UPLOAD = 1 << 40
"""Over every limit that can be set: a version's own declared length is what counts."""

# Not idempotent by key but by nature: a version gets its content once. Bodies pass by here and are not fingerprinted.
router = APIRouter()

PATH = "/groups/{group_id}/documents/{document_id}/versions/{version_id}/content"
_RAW = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}


@router.put(PATH, max_body_size=LARGEST_UPLOAD, openapi_extra=_RAW)
async def put_content(request: Request, sending: Bringing) -> VersionAnswer:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/octet-stream":
        raise NotRawBytes
    return VersionAnswer.model_validate(await keep_content(sending, pieces_of(request.stream())))


@router.get(PATH, response_class=Response)
async def get_content(
    document_id: UUID, version_id: UUID, request: Request, proof: Pass, keys: Keys, uow: Unit, resources: FromBootstrap
) -> Response:
    content = await read_content(uow, keys, proof, document_id, version_id)
    condition = request.headers.get("if-range")
    ranged = request.headers.get("range") if condition in {None, etag(content)} else None
    return await download(resources.store, content, ranged)


async def pieces_of(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What is sent, as it comes. Raises UploadBrokeOff where the sender goes away or falls silent."""
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except (ClientDisconnect, TimeoutError) as error:
            raise UploadBrokeOff from error
        yield piece
