"""Finds RabbitMQ's program on this machine, and installs it where that can be done."""

import os
import shutil
import subprocess
from pathlib import Path

from shared.servers.errors import ServerUnavailable

# Debian's /usr/sbin/rabbitmq-server is a wrapper that only serves the packaged broker's own user.
_PACKAGED = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_POLICY = Path("/usr/sbin/policy-rc.d")
_WHAT_TO_DO = "install RabbitMQ 3.10 or newer, give one in OURWATCH_RABBITMQ_URL, or use docker compose up"
_INSTALL_SECONDS = 300


def rabbitmq_server() -> Path:
    """The path of `rabbitmq-server`, installed first if need be; raises ServerUnavailable with what to do."""
    found = _find()
    if found is None:
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise ServerUnavailable(f"RabbitMQ is not installed: {_WHAT_TO_DO}")
        _install()
        found = _find()
    if found is None:
        raise ServerUnavailable(f"RabbitMQ was installed but its program was not found: {_WHAT_TO_DO}")
    return found


def epmd() -> Path:
    """Erlang's port mapper, which a node needs beside it."""
    found = shutil.which("epmd") or next(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"), None)
    if found is None:
        raise ServerUnavailable(f"Erlang's epmd was not found: {_WHAT_TO_DO}")
    return Path(found)


def _find() -> Path | None:
    if _PACKAGED.exists():
        return _PACKAGED
    on_path = shutil.which("rabbitmq-server")
    return Path(on_path) if on_path else None


def _install() -> None:
    # A policy of 101 keeps the package from starting a broker of its own, which nobody asked for.
    ours = not _POLICY.exists()
    if ours:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "rabbitmq-server"],
        ):
            subprocess.run(
                command,
                check=True,
                capture_output=True,
                timeout=_INSTALL_SECONDS,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise ServerUnavailable(f"RabbitMQ could not be installed with apt-get: {_WHAT_TO_DO}") from error
    finally:
        if ours:
            _POLICY.unlink(missing_ok=True)
