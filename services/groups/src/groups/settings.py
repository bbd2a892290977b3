"""Groups' settings, from the environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import DatabaseSettings, MigrationSettings, Secret, ServiceSettings

_FROM = SettingsConfigDict(env_prefix="GROUPS_", extra="ignore", frozen=True, hide_input_in_errors=True)


class Settings(ServiceSettings, DatabaseSettings):
    """What the api and the worker read: `GROUPS_…`.

    `key_folder` holds the signing key of passes. `sign_url` is where `groups sign` listens. `email_tag_key` is shared
    with identity alone, so that an invitation finds its person without groups keeping an address.
    """

    model_config = _FROM

    key_folder: Path
    sign_url: str
    email_tag_key: Secret


class SignSettings(ServiceSettings):
    """What the signing process reads: its own database role, and the folder of the key that seals its keys."""

    model_config = _FROM

    sign_database_url: SecretStr
    sign_key_folder: Path


class Migration(MigrationSettings):
    """What the migrate step reads."""

    model_config = _FROM


class KeySettings(BaseSettings):
    """What make-keys reads. Each key is made where its folder is given: api and signing process share none."""

    model_config = _FROM

    trust_folder: Path
    key_folder: Path | None = None
    sign_key_folder: Path | None = None
