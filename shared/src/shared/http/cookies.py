"""The cookies that browsers keep, and the gateway's own headers that tell identity of them."""

from shared.auth.principal import Plane

# `__Host-` (RFC 6265bis section 4.1.3.2): over TLS alone, for this host alone, for every path.
SESSION_COOKIES = {Plane.MEMBER: "__Host-ow-member", Plane.STAFF: "__Host-ow-staff"}
DEVICE_COOKIE = "__Host-ow-device"
COOKIES = frozenset({*SESSION_COOKIES.values(), DEVICE_COOKIE})

# No service sees a cookie: this is what the gateway says of a browser, where a session may open and nowhere else.
# From outside none of it arrives.
SESSION_HEADERS = {Plane.MEMBER: "ow-member-session", Plane.STAFF: "ow-staff-session"}
DEVICE_HEADER = "ow-device"
SAME_ORIGIN_HEADER = "ow-same-origin"
YES = "yes"
