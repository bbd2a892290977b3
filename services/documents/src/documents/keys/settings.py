"""What the keys process reads from its environment: `DOCUMENTS_KEYS_*`."""

from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import ServiceSettings


class KeysSettings(ServiceSettings):
    """`database_url` is that of the role `documents_keys`.

    The root key lies in `key_folder`, which nobody else reads, or in the transit engine of a Vault.
    """

    model_config = SettingsConfigDict(
        env_prefix="DOCUMENTS_KEYS_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    public_url: str = ""  # it makes no links
    database_url: SecretStr
    key_folder: Path | None = None
    vault_url: str | None = None
    vault_key: str = "ourwatch-documents"
    vault_token_file: Path | None = None
    operations_per_minute: int = 1200
    """For each group, and for each release's links."""
    epoch_days: int = 365
    """How long a group's key wraps what is new."""

    @model_validator(mode="after")
    def _one_root(self) -> Self:
        if (self.key_folder is None) == (self.vault_url is None):
            raise ValueError("the root key lies in DOCUMENTS_KEYS_KEY_FOLDER or behind DOCUMENTS_KEYS_VAULT_URL")
        if self.vault_url is not None and self.vault_token_file is None:
            raise ValueError("DOCUMENTS_KEYS_VAULT_TOKEN_FILE is missing")
        return self


class KeyFolderSettings(BaseSettings):
    """What only the make-keys step is given."""

    model_config = SettingsConfigDict(env_prefix="DOCUMENTS_KEYS_", extra="ignore", frozen=True)

    key_folder: Path
