"""What messaging reads from its environment: `MESSAGING_*`."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import DatabaseSettings, MigrationSettings, ServiceSettings, StoreSettings

_CONFIG = SettingsConfigDict(env_prefix="MESSAGING_", extra="ignore", frozen=True, hide_input_in_errors=True)

SERVICE = "messaging"


class Settings(ServiceSettings, DatabaseSettings, StoreSettings):
    """What the api and the worker read."""

    model_config = _CONFIG

    key_folder: Path
    smtp_url: str
    mail_from: str
    bounce_domain: str
    """Where delivery reports come back to: each copy's envelope sender is an address of its own in it."""
    largest_audience_alone: int = 5000
    """Recipients up to which one staff member may send without a second person (P26)."""
    most_attached_bytes: int = 7 << 20
    """Attachments up to this size in all travel in the mail; larger ones are read after signing in."""
    chunks_in_hand: int = 4
    """How many chunks one worker sends at once, each over a connection of its own."""


class BouncesSettings(ServiceSettings):
    """What the receiver of delivery reports reads."""

    model_config = _CONFIG

    database_url: SecretStr
    key_folder: Path
    bounce_port: int
    """Where it listens for SMTP, on the settings' host."""


class Migration(MigrationSettings):
    """What the migrate step reads."""

    model_config = _CONFIG


class KeyFolders(BaseSettings):
    """What make-keys reads."""

    model_config = _CONFIG

    trust_folder: Path
    key_folder: Path
