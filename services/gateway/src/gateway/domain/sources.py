"""Where a request comes from, for counting guesses."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

UNKNOWN = "unknown"
_HOME_NETWORK_BITS = 64


def source_of(peer: str | None, forwarded_for: str | None, proxies_in_front: int) -> str:
    """An IPv4 address, or the /64 of an IPv6 one, which is one household's.

    With `proxies_in_front` of us each adds whom it saw to `X-Forwarded-For`, so that only the last so many entries are
    theirs; whatever stands before them was written by the client. Without any the header means nothing.
    """
    seen = peer
    if proxies_in_front and forwarded_for:
        entries = [entry.strip() for entry in forwarded_for.split(",")]
        if len(entries) >= proxies_in_front:
            seen = entries[-proxies_in_front]
    try:
        address = ip_address(seen or "")
    except ValueError:
        return UNKNOWN
    return _network(address)


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _HOME_NETWORK_BITS), strict=False))
