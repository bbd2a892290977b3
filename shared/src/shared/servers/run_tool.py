"""Runs a server's own command line tool to its end."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.servers.errors import ServerUnavailable


def run_tool(
    name: str,
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    user: str | None = None,
    text: str = "",
    seconds: float = 120.0,
) -> bytes:
    """What `command` printed, given `text` to read; raises ServerUnavailable with its last complaint."""
    try:
        ended = subprocess.run(
            [str(part) for part in command],
            input=text.encode(),
            capture_output=True,
            check=False,
            timeout=seconds,
            cwd="/",
            env=environment,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerUnavailable(f"{name} did not run: {error}") from error
    if ended.returncode != 0:
        complaint = ended.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise ServerUnavailable(f"{name} failed: {complaint[-1]}")
    return ended.stdout
