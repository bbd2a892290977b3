"""A blob that comes in parts, over several calls: S3's multipart upload."""

from collections.abc import AsyncIterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from aiohttp import ClientError, ClientResponse

from shared.blobs.connection import StoreConnection, expect
from shared.blobs.errors import BlobMissing, StoreUnavailable

SMALLEST_PART: Final = 5 << 20
"""Bytes of every part but the last, at least (S3, UploadPart)."""

_ANY: Final = "{*}"


class PartedBlobs:
    """Nothing can be read under a key before its parts are joined. Every method raises StoreUnavailable as
    BlobStore's do.
    """

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    async def begin(self, key: str) -> str:
        """The store's own name for the upload that now waits for its parts."""
        async with self._connection.call("POST", key, query={"uploads": ""}, small=True) as response:
            expect(response, 200)
            return _text(await _root(response), "UploadId")

    async def put(self, key: str, upload_id: str, number: int, length: int, chunks: AsyncIterator[bytes]) -> str:
        """Stores part `number`, counted from 1, in the place of an earlier one; the tag by which it is joined.
        Raises as `StoreConnection.send`, and BlobMissing where the upload has ended.
        """
        return await self._connection.send(key, length, chunks, {"partNumber": str(number), "uploadId": upload_id})

    async def join(self, key: str, upload_id: str, tags: Sequence[str]) -> None:
        """Makes one object of the parts, which have these tags in this order. Raises BlobMissing where the upload
        has ended, joined or given up, or where the store has not all of its parts.
        """
        body = ET.Element("CompleteMultipartUpload")
        for number, tag in enumerate(tags, 1):
            part = ET.SubElement(body, "Part")
            ET.SubElement(part, "PartNumber").text = str(number)
            ET.SubElement(part, "ETag").text = tag
        async with self._connection.call(
            "POST", key, query={"uploadId": upload_id}, data=ET.tostring(body), small=True
        ) as response:
            if response.status == 400 and _text(await _root(response), "Code") == "InvalidPart":
                raise BlobMissing
            expect(response, 200)
            # A store that has answered 200 may still fail, and then says so in the body.
            if (await _root(response)).tag.rpartition("}")[2] != "CompleteMultipartUploadResult":
                raise StoreUnavailable("the store did not join the parts")

    async def give_up(self, key: str, upload_id: str) -> None:
        """Removes the parts; an upload that has ended is fine."""
        async with self._connection.call("DELETE", key, query={"uploadId": upload_id}, small=True) as response:
            if response.status != 404:
                expect(response, 200, 204)

    async def give_up_all(self, key: str) -> None:
        """Removes the parts of every upload that waits under this very key."""
        query = {"uploads": "", "prefix": key}
        async with self._connection.call("GET", "", query=query, small=True) as response:
            expect(response, 200)
            found = [
                _text(upload, "UploadId")
                for upload in (await _root(response)).iterfind(f"{_ANY}Upload")
                if _text(upload, "Key") == key
            ]
        for upload_id in found:
            await self.give_up(key, upload_id)


async def _root(response: ClientResponse) -> ET.Element:
    try:
        return ET.fromstring(await response.read())  # noqa: S314 - from our own store, and expat fetches nothing
    except (ET.ParseError, ClientError, TimeoutError, OSError) as failure:
        raise StoreUnavailable("the store sent an answer that cannot be read") from failure


def _text(element: ET.Element, name: str) -> str:
    text = element.findtext(f"{_ANY}{name}")
    if text is None:
        raise StoreUnavailable(f"the store sent an answer without {name}")
    return text
