"""Where the api has markings signed: the signing process, over the loopback or internal network."""

from datetime import datetime

import aiohttp
from shared.http.headers import CORRELATION_HEADER
from shared.logging import current_correlation_id

from groups.domain.errors import LogIsBroken, SigningOutOfReach, SigningRefused
from groups.domain.statements import Draft, Signed

TOTAL_SECONDS = 5


def make_client() -> aiohttp.ClientSession:
    """An HTTP client whose every call ends within 5 s."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS))


class SigningDesk:
    """Signs through the signing process, which reads the staff member's own access token."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def sign(self, draft: Draft, access_token: str) -> Signed:
        """SigningRefused where it will not sign, SigningOutOfReach where it does not answer in 5 s."""
        body = {name: str(getattr(draft, name)) for name in Draft.__dataclass_fields__}
        headers = {
            "authorization": f"Bearer {access_token}",
            CORRELATION_HEADER: str(current_correlation_id()),
        }
        try:
            async with self._client.post(f"{self._url}/sign", json=body, headers=headers) as response:
                if response.status in {401, 403, 422}:
                    raise SigningRefused
                if response.status != 200:
                    raise SigningOutOfReach
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SigningOutOfReach from error
        return Signed(
            answer["statement"],
            datetime.fromisoformat(answer["issued_at"]),
            datetime.fromisoformat(answer["expires_at"]),
        )

    async def sign_head(self) -> None:
        """Has the end of the log signed. LogIsBroken where it does not go on from the last signed head."""
        headers = {CORRELATION_HEADER: str(current_correlation_id())}
        try:
            async with self._client.post(f"{self._url}/heads", headers=headers) as response:
                if response.status == 409:
                    raise LogIsBroken
                if response.status != 200:
                    raise SigningOutOfReach
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SigningOutOfReach from error
