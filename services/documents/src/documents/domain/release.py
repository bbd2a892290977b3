"""A release: one version, forwarded to a mailing list, one link per recipient (P21)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass
class Release:
    """Ends by itself, or earlier when it is revoked. `download_limit` counts for each link by itself."""

    id: UUID
    group_id: UUID
    document_id: UUID
    version_id: UUID
    list_id: UUID
    released_by: UUID
    created_at: datetime
    expires_at: datetime
    download_limit: int | None
    has_note: bool = False
    revoked_at: datetime | None = None
    revoked_by: UUID | None = None
    version: int = 1

    def revoke(self, by: UUID | None, at: datetime) -> None:
        """Ends the release for everybody; the first revocation is remembered. `by` is None where a day came."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by = at, by
            self.version += 1


@dataclass
class Recipient:
    """A link of a release. `ref` means nothing outside; of the link's secret only the SHA-256 is known."""

    release_id: UUID
    ref: UUID
    group_id: UUID
    secret_sha256: bytes
    sealed_group_name: str = ""
    downloads: int = 0
    last_downloaded_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A download that began, by the link of this reference."""

    id: UUID
    ref: UUID
    at: datetime
