"""What documents reads from its environment: `DOCUMENTS_*`."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import DatabaseSettings, MigrationSettings, ServiceSettings, StoreSettings

SERVICE = "documents"


class DocumentsSettings(ServiceSettings, DatabaseSettings, StoreSettings):
    """Settings of api and worker. `keys_url` is the keys process's address, without a path.

    `key_folder` holds the key by which the keys process knows documents.
    """

    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_", extra="ignore", frozen=True, hide_input_in_errors=True)

    keys_url: str
    key_folder: Path
    largest_document_bytes: int = 1 << 30
    quota_bytes: int = 20 << 30
    """How much a group may keep that has no quota of its own."""
    parts_at_once: int = 40
    """How many parts of uploads, of 5 MiB each, one api holds in memory."""
    clamd_url: str | None = None
    """A virus scanner, `tcp://host:port` or `unix:///path`; without one nothing is scanned."""
    abandoned_after_hours: int = 24
    """An upload that has neither ended nor gone on by then is dead (one request takes six hours at most); so is a
    version without content."""


class DocumentsMigrationSettings(MigrationSettings):
    """Settings of the migrate step."""

    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_", extra="ignore", frozen=True, hide_input_in_errors=True)


class DocumentsKeyFolders(BaseSettings):
    """What make-keys reads of the service's own."""

    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_", extra="ignore", frozen=True)

    key_folder: Path
    trust_folder: Path
