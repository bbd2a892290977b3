"""Attachments' contents, streamed both ways."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import StreamingResponse
from shared.blobs.errors import StoreUnavailable
from shared.blobs.store import BlobStore
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from messaging.domain.errors import NotRawBytes, StoreAway, UploadBrokeOff
from messaging.storage.attachments import Attachment, open_content
from messaging.use_cases.keep_attachment import LARGEST_BYTES

SILENCE_SECONDS = 60
LARGEST_UPLOAD = LARGEST_BYTES + 1
"""One byte over, so that a body that is too long is told apart by the attachment's own declared length."""

RAW = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}

# Shown nowhere, kept nowhere, run nowhere (security.md, Traps).
_SAFE = {
    "cache-control": "no-store",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """The request's body as it arrives. Raises NotRawBytes, and UploadBrokeOff after a minute of silence."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/octet-stream":
        raise NotRawBytes
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except (ClientDisconnect, TimeoutError) as error:
            raise UploadBrokeOff from error
        yield piece


async def download(store: BlobStore, attachment: Attachment) -> StreamingResponse:
    """The whole attachment, under its own name (RFC 6266, RFC 8187). Raises StoreAway."""
    opened = open_content(store, attachment)
    try:
        first = await anext(opened)
    except StoreUnavailable as error:
        raise StoreAway from error
    name = quote(attachment.name, safe="!#$&+-.^_`|~")
    headers = {
        **_SAFE,
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "content-length": str(attachment.length),
    }
    return _Download(_whole(first, opened), 200, headers, "application/octet-stream")


async def _whole(first: bytes, opened: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(opened):
        yield first
        async for piece in opened:
            yield piece


class _Download(StreamingResponse):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A reader who goes away leaves the rest unread: the store's connection is given back here.
        body = self.body_iterator
        assert isinstance(body, AsyncGenerator)  # noqa: S101 - as download makes it
        async with aclosing(body):
            await super().__call__(scope, receive, send)
