"""Where a running system's databases and buckets are, with what opens them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Access:
    """What PostgresAdmin takes, and for each bucket what BlobStore takes."""

    postgres: dict[str, Any]  # Any: as the constructor takes them
    stores: dict[str, dict[str, Any]]
