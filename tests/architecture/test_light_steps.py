"""What is started loads no more than it needs: a start of the whole system runs nine steps and thirteen processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SERVICES = ("identity", "groups", "documents", "messaging", "gateway")
WEB = ("fastapi", "starlette", "uvicorn")
FOLDERS = ("KEY_FOLDER", "TRUST_FOLDER", "SIGN_KEY_FOLDER", "KEYS_KEY_FOLDER")

MAKE_KEYS = """
import importlib
for service in {services}:
    sys.argv = [service, "make-keys"]
    importlib.import_module(service + ".__main__").main()
"""
MIGRATE = """
import identity.storage.tables, groups.storage.tables, documents.storage.tables, messaging.storage.tables
import shared.db.migrate
"""
COMMANDS = """
import identity.bootstrap, groups.bootstrap, documents.bootstrap, messaging.bootstrap
import identity.api.fields, identity.use_cases.create_administrator, identity.use_cases.repeat_erasures
import groups.commands.areas, groups.commands.erasures, groups.commands.logs
import documents.commands.destroyed_keys, documents.commands.fsck, documents.keys.bootstrap, documents.keys.rotation
import messaging.use_cases.forget_person, messaging.use_cases.fsck
"""
WORKERS = """
import shared.running, identity.worker, groups.worker, documents.worker, messaging.worker
"""
GATEWAY = """
import shared.running, gateway.app
"""


@pytest.mark.parametrize(
    ("step", "unneeded"),
    [
        (MAKE_KEYS, (*WEB, "sqlalchemy", "aiohttp", "uvloop")),
        (MIGRATE, WEB),
        (COMMANDS, WEB),
        # They answer how they are, and take nothing that needs to be checked.
        (WORKERS, ("fastapi",)),
        # It has no state: no database, no broker.
        (GATEWAY, ("fastapi", "sqlalchemy", "asyncpg", "aio_pika")),
    ],
    ids=["make-keys", "migrate", "commands", "workers", "gateway"],
)
def test_it_loads_no_more_than_it_needs(step: str, unneeded: tuple[str, ...], tmp_path: Path) -> None:
    settings = {f"{service.upper()}_{name}": str(tmp_path / service / name) for service in SERVICES for name in FOLDERS}
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys\n{step.format(services=SERVICES)}\nprint(*(set(sys.modules) & set({unneeded})))",
        ],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, ""), ended.stderr
