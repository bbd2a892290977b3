"""Free TCP ports on the loopback address."""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

# Below Linux's ephemeral range (32768 and up): no outgoing connection can take a port between its choice
# and the moment its server binds it.
_LOWEST, _HIGHEST = 15000, 31999

# Open files whose locks say that this process will use a port; they end with it.
_reserved: list[int] = []


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of 127.0.0.1 now."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody listens on, and that nobody else who asks here is given meanwhile."""
    found: set[int] = set()
    while len(found) < count:
        port = random.randint(_LOWEST, _HIGHEST)
        if port not in found and is_free(port) and _reserve(port):
            found.add(port)
    return list(found)


def free_port() -> int:
    """One port that nobody listens on."""
    return free_ports(1)[0]


def _reserve(port: int) -> bool:
    # Several processes choose ports at the same time, seconds before their servers listen on them.
    folder = Path(tempfile.gettempdir()) / f"ourwatch-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = os.open(folder / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    _reserved.append(file)
    return True
