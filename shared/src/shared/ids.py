"""Identifiers."""

from uuid import UUID, uuid4

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562 section 5.7): unique everywhere and ordered by the time it was made."""
    return uuid7()


def timeless_id() -> UUID:
    """A random UUIDv4, for rows whose time or order must not show."""
    return uuid4()
