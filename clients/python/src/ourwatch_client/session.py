"""A session that renews its access token by itself."""

import time
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from ourwatch_client.transport import Transport

_RENEW_BEFORE_SECONDS = 30


class Tokens(BaseModel):
    """What signing in answers; `device_token` is what a device that came for the first time is to keep."""

    access_token: str
    refresh_token: str
    expires_in: int
    session_id: UUID
    account_id: UUID
    plane: str
    assurance: str
    device_token: str | None = None


class Session:
    """A signed-in session on one plane. Close it, or use it as a context manager."""

    def __init__(self, base_url: str, tokens: Tokens) -> None:
        self.base_url = base_url
        self.account_id = tokens.account_id
        self.session_id = tokens.session_id
        self._renewing = Transport(base_url)
        self.transport = Transport(base_url, self.access_token)
        self._take(tokens)

    def access_token(self) -> str:
        """A token that is good for another half minute at least."""
        if time.monotonic() > self._renew_at:
            told = self._renewing.call("POST", "/sessions/refresh", json={"refresh_token": self._refresh_token})
            self._take(Tokens.model_validate(told))
        return self._access_token

    def _take(self, tokens: Tokens) -> None:
        self._refresh_token = tokens.refresh_token
        self._take_access(tokens.access_token, tokens.expires_in)

    def _take_access(self, token: str, expires_in: int) -> None:
        self._access_token = token
        self._renew_at = time.monotonic() + expires_in - _RENEW_BEFORE_SECONDS

    def call(self, method: str, path: str, **parts: Any) -> Any:  # Any: httpx's arguments, JSON's values
        """Any route of this plane."""
        return self.transport.call(method, path, **parts)

    def close(self) -> None:
        self.transport.close()
        self._renewing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
