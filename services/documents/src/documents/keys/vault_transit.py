"""The root key in the transit engine of HashiCorp Vault or OpenBao, which wraps and unwraps and never gives it out."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp
from shared.logging import get_logger

from documents.domain.errors import DoesNotFit
from documents.keys.roots import RootAway

TOTAL_SECONDS = 5
_WRAPPED = re.compile(rb"vault:v([1-9][0-9]*):[A-Za-z0-9+/=]+")
log = get_logger("vault_transit")


class VaultTransit:
    """A key of type aes256-gcm96. Every call ends within 5 s; whatever else than an answer comes is RootAway.

    The token needs `update` on encrypt/<key> and decrypt/<key>, and `read` on keys/<key>. It is read anew for each
    call: whoever renews it writes the file.
    """

    def __init__(self, url: str, key: str, token_file: Path, mount: str = "transit") -> None:
        self._url = f"{url.rstrip('/')}/v1/{mount}"
        self._key = key
        self._token_file = token_file
        self._session: aiohttp.ClientSession | None = None

    async def newest(self) -> int:
        told = await self._call("GET", "keys")
        version = told.get("latest_version")
        if not isinstance(version, int):
            raise RootAway
        return version

    async def wrap(self, version: int, place: bytes, key: bytes) -> bytes:
        told = await self._call(
            "POST", "encrypt", {"plaintext": _text(key), "associated_data": _text(place), "key_version": version}
        )
        wrapped = str(told.get("ciphertext")).encode()
        if _version_of(wrapped) != version:
            log.warning("vault_wrapped_otherwise")
            raise RootAway
        return wrapped

    async def unwrap(self, version: int, place: bytes, wrapped: bytes) -> bytes:
        if _version_of(wrapped) != version:
            raise DoesNotFit
        told = await self._call("POST", "decrypt", {"ciphertext": wrapped.decode(), "associated_data": _text(place)})
        try:
            return base64.b64decode(told["plaintext"], validate=True)
        except (KeyError, TypeError, ValueError):
            raise RootAway from None

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _call(
        self, method: str, verb: str, asked: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:  # Any: JSON
        try:
            headers = {"x-vault-token": self._token_file.read_text().strip(), "x-vault-request": "true"}
            async with self._opened().request(
                method, f"{self._url}/{verb}/{self._key}", json=asked, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status == 400 and verb == "decrypt":
                    raise DoesNotFit
                if answer.status != 200:
                    log.warning("vault_refused", verb=verb, status=answer.status)
                    raise RootAway
                told = (await answer.json())["data"]
        except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError) as error:
            log.warning("vault_away", verb=verb, error=error)
            raise RootAway from error
        if not isinstance(told, dict):
            raise RootAway
        return told

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS))
        return self._session


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _version_of(wrapped: bytes) -> int | None:
    match = _WRAPPED.fullmatch(wrapped)
    return int(match[1]) if match else None
