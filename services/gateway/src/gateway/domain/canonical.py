"""One meaning per request: what can be read in two ways is refused before anything else looks at it."""

import re
from collections.abc import Sequence

from gateway.domain.errors import NotCanonical

LONGEST_TARGET = 4096
MOST_HEADERS = 64
_VERSIONS = {"1.0", "1.1"}
_PATH = re.compile(rb"(/[A-Za-z0-9_.~-]+)+|/", re.ASCII)
_QUERY = re.compile(rb"[A-Za-z0-9_.~!$&'()*+,;=:@/?%-]*", re.ASCII)
_ONCE = {
    b"authorization",
    b"content-length",
    b"content-type",
    b"cookie",
    b"host",
    b"idempotency-key",
    b"origin",
    b"range",
    b"sec-fetch-site",
    b"transfer-encoding",
    b"upload-complete",
    b"upload-offset",
}
_OVERRIDES = {b"x-http-method-override", b"x-http-method", b"x-method-override", b"x-original-url", b"x-rewrite-url"}


def check_target(http_version: str, raw_path: bytes, query: bytes) -> None:
    """NotCanonical for HTTP/0.9, dot segments, doubled slashes, anything encoded in the path, and over-long targets."""
    if http_version not in _VERSIONS:
        raise NotCanonical
    if len(raw_path) + len(query) > LONGEST_TARGET or _PATH.fullmatch(raw_path) is None:
        raise NotCanonical
    if any(segment in {b".", b".."} for segment in raw_path.split(b"/")) or _QUERY.fullmatch(query) is None:
        raise NotCanonical


def check_headers(headers: Sequence[tuple[bytes, bytes]]) -> None:
    """NotCanonical for doubled, underscored or overriding headers, and for bodies framed in two ways (RFC 9112 6.1)."""
    names = [name.lower() for name, _ in headers]
    known = set(names)
    doubled = any(names.count(name) > 1 for name in known & _ONCE)
    conflicting = {b"content-length", b"transfer-encoding"} <= known
    coded = any(n.lower() == b"transfer-encoding" and value.lower() != b"chunked" for n, value in headers)
    underscored = any(b"_" in name for name in known)
    if doubled or conflicting or coded or underscored or known & _OVERRIDES or len(names) > MOST_HEADERS:
        raise NotCanonical
