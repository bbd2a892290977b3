"""One page of an S3 listing (ListObjectsV2), read from its XML."""

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from shared.blobs.errors import StoreUnavailable

_NAMESPACE = "{*}"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What the store says of an object."""

    key: str
    length: int
    modified_at: datetime


def read_page(page: bytes) -> tuple[list[StoredBlob], str | None]:
    """The objects of a page and the token for the next, None on the last. Raises StoreUnavailable for
    anything that is no such page.
    """
    try:
        root = ET.fromstring(page)  # noqa: S314 - from our own store, and expat fetches nothing
        blobs = [
            StoredBlob(
                _text(entry, "Key"),
                int(_text(entry, "Size")),
                datetime.fromisoformat(_text(entry, "LastModified")),
            )
            for entry in root.iterfind(f"{_NAMESPACE}Contents")
        ]
        more = _text(root, "NextContinuationToken") if _text(root, "IsTruncated") == "true" else None
    except (ET.ParseError, ValueError) as failure:
        raise StoreUnavailable("the store sent a listing that cannot be read") from failure
    return blobs, more


def _text(element: ET.Element, name: str) -> str:
    text = element.findtext(f"{_NAMESPACE}{name}")
    if text is None:
        raise ValueError(f"no {name}")
    return text
