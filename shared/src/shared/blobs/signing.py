"""Addresses signed for an S3 store: pure computation by `minio`, no call.

A presigned address leaves the body out of its signature, so no body is hashed on its way: what is stored
is sealed, and its tags prove more than that hash would.
"""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit

from minio.credentials.credentials import Credentials
from minio.signer import presign_v4
from yarl import URL

SIGNED_FOR_S: Final = 600
"""Seconds an address is good for. The store checks when a call begins, so this allows for clocks alone."""

_PLAIN: Final = "-_.~"


class Signer:
    """Signs for one bucket of one server."""

    def __init__(self, url: str, access_key: str, secret_key: str, bucket: str, region: str) -> None:
        self._server = urlsplit(url)
        self._credentials = Credentials(access_key, secret_key)
        self._bucket = bucket
        self._region = region

    def address(self, method: str, key: str, query: dict[str, str]) -> URL:
        """The address for one call; without a key it is the bucket's. It is a credential: never log it."""
        path = f"/{self._bucket}/{quote(key, safe='/' + _PLAIN)}" if key else f"/{self._bucket}"
        asked = urlencode(query, quote_via=quote, safe=_PLAIN)
        signed = presign_v4(
            method=method,
            url=SplitResult(self._server.scheme, self._server.netloc, path, asked, ""),
            region=self._region,
            credentials=self._credentials,
            date=datetime.now(UTC),
            expires=SIGNED_FOR_S,
        )
        # The signature covers these exact bytes, so nothing may quote them anew.
        return URL(urlunsplit(signed), encoded=True)
