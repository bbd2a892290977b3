"""Identity's settings, from the environment."""

from pathlib import Path

from pydantic import PositiveInt
from pydantic_settings import BaseSettings, SettingsConfigDict
from shared.settings import DatabaseSettings, MigrationSettings, Secret, ServiceSettings

_CONFIG = SettingsConfigDict(env_prefix="IDENTITY_", extra="ignore", frozen=True, hide_input_in_errors=True)

SERVICE = "identity"


class Settings(ServiceSettings, DatabaseSettings):
    """What the api and the worker read: `IDENTITY_…`.

    `key_folder` holds the signing key of access tokens and the key of what is sealed; `email_tag_key` is shared with
    groups alone, so that an invitation finds its person without groups holding an address.
    `providers_on_private_addresses` lets organisations' sign-in lie in this network and speak plain HTTP.
    """

    model_config = _CONFIG

    key_folder: Path
    email_tag_key: Secret
    smtp_url: str
    mail_from: str
    mail_name: str = "OurWatch"
    # How long what nobody uses is kept (P29).
    inactive_months: PositiveInt = 24
    notice_months: PositiveInt = 1
    unconfirmed_days: PositiveInt = 7
    providers_on_private_addresses: bool = False


class Migration(MigrationSettings):
    """What the migrate step reads."""

    model_config = _CONFIG


class KeyFolders(BaseSettings):
    """What make-keys reads."""

    model_config = _CONFIG

    key_folder: Path
    trust_folder: Path
