"""E-mail tags: how an invitation finds its person without groups keeping an address."""

import hashlib
import hmac


def tag_of(address: str, key: bytes) -> str:
    """HMAC-SHA-256, in hex, of the address stripped and case-folded, under the secret shared with identity."""
    return hmac.new(key, address.strip().casefold().encode(), hashlib.sha256).hexdigest()
