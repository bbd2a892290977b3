"""Leave links: what one click leaves and for which mailbox, in a token that needs no row and no session (P27)."""

from typing import NamedTuple
from uuid import UUID

from messaging.domain.sends import LeaveScope
from messaging.keyring import Keyring

_PURPOSE = "leave"
_SCOPES = tuple(LeaveScope)
_ID, _TAG = 16, 16


class Leave(NamedTuple):
    scope: LeaveScope
    scope_id: UUID
    tag: bytes


def leave_token(keyring: Keyring, leave: Leave) -> str:
    """The token; it works for ever, for this one thing."""
    return keyring.link(_PURPOSE, bytes([_SCOPES.index(leave.scope)]) + leave.scope_id.bytes + leave.tag)


def read_leave_token(keyring: Keyring, token: str) -> Leave | None:
    """What a token leaves; None for any other text."""
    content = keyring.read_link(_PURPOSE, token)
    if content is None or len(content) != 1 + _ID + _TAG:
        return None
    return Leave(_SCOPES[content[0]], UUID(bytes=content[1 : 1 + _ID]), content[1 + _ID :])
