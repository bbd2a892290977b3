"""What every service reads from its environment."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_WELL_KNOWN = {
    "guest",
    "postgres",
    "password",
    "secret",
    "changeme",
    "change-me",
    "admin",
    "test",
    "minioadmin",
}
_SHORTEST_SECRET = 16


def _is_a_real_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if len(text) < _SHORTEST_SECRET or text.lower() in _WELL_KNOWN:
        raise ValueError(f"a secret needs {_SHORTEST_SECRET} characters or more and may not be a well-known one")
    return value


Secret = Annotated[SecretStr, AfterValidator(_is_a_real_secret)]
"""A secret from the environment: no default, never shown, refused when short or well known."""


class ServiceSettings(BaseSettings):
    """Settings of one process. A service subclasses it with `env_prefix` and its own fields.

    Built in the factory, never at import; a missing value stops the start with its name.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    port: int = 0
    metrics_port: int = 0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    public_url: str
    trust_folder: Path


class StoreSettings(BaseSettings):
    """Where a service keeps its blobs. Mixed into the settings of services that have a bucket."""

    store_url: str
    store_access_key: str
    store_secret_key: Secret
    store_bucket: str


class DatabaseSettings(BaseSettings):
    """Database and broker of a service that has them."""

    database_url: SecretStr
    amqp_url: SecretStr


class MigrationSettings(BaseSettings):
    """What only the migrate step is given: the role that owns the tables."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    owner_database_url: SecretStr
