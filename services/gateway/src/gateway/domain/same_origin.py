"""Whether a browser asks on behalf of our own pages (Fetch Metadata; RFC 6454 section 7)."""

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(public_url: str) -> str:
    """The origin of an address as browsers write it: lower case, and without a port that goes without saying."""
    address = urlsplit(public_url)
    named = address.port is not None and address.port != _DEFAULT_PORTS.get(address.scheme)
    host = f"[{address.hostname}]" if ":" in (address.hostname or "") else address.hostname
    return f"{address.scheme}://{host}" + (f":{address.port}" if named else "")


def is_same_origin(method: str, fetch_site: str | None, origin: str | None, our_origin: str) -> bool:
    """No page but ours may use a browser's cookies. `none` is a person who typed the address, which only reads.

    Older browsers do not say `Sec-Fetch-Site`; they say `Origin` with all that changes something.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin" or (fetch_site == "none" and method == "GET")
    if origin is not None:
        return origin == our_origin
    return method == "GET"
