"""The cookies of a browser, read strictly: ours alone, each once, and only where the policy has a use for them."""

import re
from collections.abc import Mapping, Sequence

from shared.auth.principal import Plane
from shared.http.cookies import COOKIES, DEVICE_COOKIE, DEVICE_HEADER, SESSION_COOKIES, SESSION_HEADERS

from gateway.domain.errors import NotCanonical
from gateway.domain.rows import Forbidden, Row, Who

LONGEST_HEADER = 8192
# What identity hands out: 256 bits in base64url.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_HEADER_OF = {DEVICE_COOKIE: DEVICE_HEADER} | {SESSION_COOKIES[plane]: name for plane, name in SESSION_HEADERS.items()}


def our_cookies(header: str | None) -> dict[str, str]:
    """Our own cookies by name, without what identity never handed out.

    NotCanonical for over 8 KiB, and where one of ours is there twice: a browser never sends that, so one of the two was
    put there by somebody else.
    """
    if header is None:
        return {}
    if len(header) > LONGEST_HEADER:
        raise NotCanonical
    pairs = [
        (name.strip(" "), value.strip(" ")) for name, _, value in (each.partition("=") for each in header.split(";"))
    ]
    ours = [(name, value) for name, value in pairs if name in COOKIES]
    if len({name for name, _ in ours}) != len(ours):
        raise NotCanonical
    return {name: value for name, value in ours if _SECRET.fullmatch(value)}


def plane_of(row: Row) -> Plane:
    """On which plane a browser asks: both of its sessions come with every request, and the path picks one."""
    return Plane.STAFF if row.path.startswith("/staff/") else Plane.MEMBER


def bars_staff(row: Row, forbidden: Sequence[Forbidden]) -> bool:
    """Whether this is open to everybody save staff, so that a staff cookie is looked at where no cookie is needed."""
    return Who.PUBLIC in row.who and any(
        rule.service == row.service and not rule.who.isdisjoint(_STAFF) for rule in forbidden
    )


def told_to_identity(cookies: Mapping[str, str]) -> dict[str, str]:
    """What a sign-in needs of the cookies, as headers of our own."""
    return {_HEADER_OF[name]: value for name, value in cookies.items()}


def is_ours(set_cookie: bytes) -> bool:
    """Whether this `Set-Cookie` is about one of our cookies."""
    return set_cookie.partition(b"=")[0].strip().decode("latin-1") in COOKIES


_STAFF = frozenset({Who.POLICE, Who.COORDINATOR, Who.ADMINISTRATOR})
