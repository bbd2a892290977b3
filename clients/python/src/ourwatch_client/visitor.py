"""What anybody can do without a session."""

import httpx

from ourwatch_client.member import MemberSession
from ourwatch_client.session import Tokens
from ourwatch_client.staff import StaffSession
from ourwatch_client.transport import Json, Transport


class Visitor:
    """The public plane of one gateway, on one device: who signed in here once is known the next time."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._device_tokens: dict[str, str] = {}
        self.transport = Transport(base_url)

    def register(self, email: str, password: str, display_name: str, area: str | None = None) -> None:
        """Asks for an account; the link to confirm it comes by mail."""
        body = {"email": email, "password": password, "display_name": display_name, "area": area}
        self.transport.call("POST", "/accounts", json=body)

    def submit(self, path: str, **fields: str) -> httpx.Response:
        """Presses the button of a page behind a mailed link."""
        return self.transport.answer("POST", path, data=fields)

    def sign_in_member(self, email: str, password: str, code: str | None = None) -> MemberSession:
        """A session on the member plane."""
        return MemberSession(self.base_url, self._sign_in(email, password, code))

    def sign_in_staff(self, email: str, password: str, code: str) -> StaffSession:
        """A session on the staff plane."""
        return StaffSession(self.base_url, self._sign_in(email, password, code))

    def areas(self, within: str) -> Json:
        """The areas directly within another, by its GSS code."""
        return self.transport.call("GET", "/areas", params={"within": within})

    def marking_keys(self) -> Json:
        """The public keys that markings are signed with (RFC 7517)."""
        return self.transport.call("GET", "/marking-keys")

    def check_marking(self, statement: str) -> Json:
        """Whether a marking is genuine and current."""
        return self.transport.call("POST", "/markings/check", json={"statement": statement})

    def close(self) -> None:
        self.transport.close()

    def _sign_in(self, email: str, password: str, code: str | None) -> Tokens:
        body = {"email": email, "password": password, "code": code, "device_token": self._device_tokens.get(email)}
        tokens = Tokens.model_validate(self.transport.call("POST", "/sessions", json=body))
        if tokens.device_token is not None:
            self._device_tokens[email] = tokens.device_token
        return tokens
