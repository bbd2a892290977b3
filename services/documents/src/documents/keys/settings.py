"""What the keys process reads from its environment: `DOCUMENTS_KEYS_*`."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import ServiceSettings


class KeysSettings(ServiceSettings):
    """`database_url` is that of the role `documents_keys`; `key_folder` holds the root key and nobody else reads it."""

    model_config = SettingsConfigDict(
        env_prefix="DOCUMENTS_KEYS_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    public_url: str = ""  # it makes no links
    database_url: SecretStr
    key_folder: Path
    operations_per_minute: int = 1200
    """For each group, and for each release's links."""
    epoch_days: int = 365
    """How long a group's key wraps what is new."""


class KeyFolderSettings(BaseSettings):
    """What only the make-keys step is given."""

    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_KEYS_", extra="ignore", frozen=True)

    key_folder: Path
