"""The time, in one place, always with a zone."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment in UTC. Domain code takes it as an argument instead of calling this."""
    return datetime.now(UTC)
