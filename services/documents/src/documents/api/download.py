"""A file on its way out: never shown in place, never kept, under its own name (security.md, Traps)."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse
from shared.blobs.errors import BlobMissing, DamagedCiphertext, LengthMismatch, StoreUnavailable
from shared.blobs.store import BlobStore
from shared.clock import now
from shared.logging import get_logger
from starlette.types import Message, Receive, Scope, Send

from documents.api.byte_range import NotSatisfiable, asked_range
from documents.domain.errors import Damaged, StoreAway
from documents.storage.contents import open_content
from documents.storage.zip_stream import File, zip_stream
from documents.use_cases.export_vault import Export
from documents.use_cases.read_content import ReadableContent

SILENCE_SECONDS = 60
_DAMAGE = (BlobMissing, LengthMismatch, DamagedCiphertext)
_SAFE = {
    "cache-control": "no-store",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_ATTR_CHAR = "!#$&+-.^_`|~"
_UNSAFE_IN_QUOTES = '"\\%/'
log = get_logger("download")


async def download(store: BlobStore, content: ReadableContent, ranged: str | None = None) -> Response:
    """The content, or the part that a `Range` header asks for: 200, 206 or 416. Raises Damaged and StoreAway."""
    length = content.version.length
    try:
        part = asked_range(ranged, length)
    except NotSatisfiable:
        return Response(status_code=416, headers={**_SAFE, "content-range": f"bytes */{length}"})
    first, last = part or (0, length - 1)
    opened = _opened(store, content, *(part or (None, None)))
    headers = {
        **_SAFE,
        "accept-ranges": "bytes",
        "content-disposition": disposition(content.name),
        "content-length": str(last - first + 1),
        "etag": etag(content),
    }
    if part:
        headers["content-range"] = f"bytes {first}-{last}/{length}"
    return _Download(await _begun(opened), 206 if part else 200, headers, "application/octet-stream")


async def archive(export: Export, store: BlobStore, headers: Mapping[str, str]) -> Response:
    """A vault as one ZIP archive of unknown length. Raises Damaged and StoreAway."""
    files = [
        File(each.name, each.version.ready_at or each.version.created_at, _opened(store, each))
        for each in export.contents
    ]
    if export.damaged:
        files.append(File(export.notice, now(), _listed(export.damaged)))
    sent = {**_SAFE, "content-disposition": disposition("vault.zip"), **headers}
    return _Download(await _begun(zip_stream(files)), 200, sent, "application/zip")


def etag(content: ReadableContent) -> str:
    """A version never changes, so its id is a strong validator (RFC 9110, 8.8.3)."""
    return f'"{content.version.id}"'


def disposition(name: str) -> str:
    """An attachment under this name (RFC 6266), for old clients in ASCII, for all others in full (RFC 8187)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in _UNSAFE_IN_QUOTES else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_ATTR_CHAR)}"


async def _opened(
    store: BlobStore, content: ReadableContent, first: int | None = None, last: int | None = None
) -> AsyncGenerator[bytes, None]:
    version = content.version
    try:
        async with aclosing(open_content(store, content.key, version, first, last)) as plain:
            async for piece in plain:
                yield piece
    except _DAMAGE as error:
        ids = {"document_id": str(version.document_id), "version_id": str(version.id)}
        log.error("content_damaged", **ids, error=error)  # noqa: TRY400 - ids tell more than a trace
        raise


async def _listed(names: Sequence[str]) -> AsyncGenerator[bytes, None]:
    yield "\n".join([Damaged.detail, "", *names, ""]).encode()


class _Download(StreamingResponse):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A reader who goes away leaves the rest unread: the store's connection is given back here.
        body = self.body_iterator
        assert isinstance(body, AsyncGenerator)  # noqa: S101 - as _begun makes it

        async def sent(message: Message) -> None:
            # Who takes nothing for a while has gone, and is not waited for with a key in memory.
            async with asyncio.timeout(SILENCE_SECONDS):
                await send(message)

        async with aclosing(body):
            await super().__call__(scope, receive, sent)


async def _begun(opened: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    # The first bytes are verified before the status is sent: what is missing or damaged is an error, not a short file.
    try:
        first = await anext(opened)
    except StoreUnavailable as error:
        raise StoreAway from error
    except _DAMAGE as error:
        raise Damaged from error
    return _whole(first, opened)


async def _whole(first: bytes, opened: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(opened):
        yield first
        async for piece in opened:
            yield piece
