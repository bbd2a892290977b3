"""Documents' own processes, each with its settings as in production."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from documents.keys.root_keys import make_root_key
from documents.keys.settings import KeysSettings
from documents.settings import DocumentsSettings
from pydantic import SecretStr
from shared.servers.ports import free_ports
from shared.testing.eventually import answering
from shared.testing.issuer import Issuer
from shared.testing.service import Ground


@dataclass(frozen=True)
class Process:
    """One of documents' own processes, started as in production."""

    pid: int
    url: str
    log: Path


@contextmanager
def running(command: str, environment: dict[str, str], log: Path, port: int) -> Iterator[Process]:
    with log.open("wb") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", "documents", command], env={**os.environ, **environment}, stdout=out, stderr=out
        )
    try:
        yield Process(started.pid, f"http://127.0.0.1:{port}", log)
    finally:
        started.terminate()
        started.wait(20)


async def ready(process: Process) -> Process:
    await answering(f"{process.url}/health/ready")
    return process


def key_settings_of(ground: Ground, issuer: Issuer, folder: Path) -> KeysSettings:
    """On a port of its own, with a new root key in this folder."""
    make_root_key(folder)
    return KeysSettings(
        database_url=SecretStr(ground.role_url("documents_keys")),
        key_folder=folder,
        trust_folder=issuer.trust_folder,
        port=free_ports(1)[0],
    )


def keys_environment_of(settings: KeysSettings) -> dict[str, str]:
    return {
        f"DOCUMENTS_KEYS_{name.upper()}": str(value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings.model_dump(exclude_none=True).items()
        if name != "host"
    }


def settings_of(ground: Ground, issuer: Issuer, keys_url: str) -> DocumentsSettings:
    return DocumentsSettings(
        public_url="http://ourwatch.test",
        trust_folder=issuer.trust_folder,
        database_url=SecretStr(ground.database_url),
        amqp_url=SecretStr(ground.amqp_url),
        store_url=ground.servers.s3_url,
        store_access_key=ground.bucket.access_key,
        store_secret_key=SecretStr(ground.bucket.secret_key),
        store_bucket=ground.bucket.name,
        keys_url=keys_url,
        key_folder=issuer.key_folder,
    )


def environment_of(settings: DocumentsSettings, port: int) -> dict[str, str]:
    return {
        f"DOCUMENTS_{name.upper()}": str(value.get_secret_value() if isinstance(value, SecretStr) else value)
        for name, value in settings.model_dump().items()
        if name not in {"host", "port"} and value is not None
    } | {"DOCUMENTS_PORT": str(port)}


async def as_superuser(ground: Ground) -> asyncpg.Connection:
    """Sees every row of every group, as no role of the service does."""
    return await asyncpg.connect(
        user="postgres",
        password=ground.servers.postgres_password,
        host="127.0.0.1",
        port=ground.servers.postgres_port,
        database=ground.database_url.rpartition("/")[2],
        timeout=5,
    )
