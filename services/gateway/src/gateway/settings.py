"""The gateway's settings, from the environment."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import ServiceSettings

_CONFIG = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore", frozen=True, hide_input_in_errors=True)


class Settings(ServiceSettings):
    """Where the services are, and the folder of the keys that sign internal tokens: `GATEWAY_…`."""

    model_config = _CONFIG

    key_folder: Path
    identity_url: str
    groups_url: str
    documents_url: str
    messaging_url: str
    proxies_in_front: int = 0
    """Proxies of ours that requests come through, each of which adds to `X-Forwarded-For` whom it saw."""


class KeyFolders(BaseSettings):
    """What make-keys reads."""

    model_config = _CONFIG

    key_folder: Path
    trust_folder: Path
