"""Free TCP ports on the loopback address."""

import random
import socket

# Below Linux's ephemeral range (32768 and up): no outgoing connection can take a port between its choice
# and the moment its server binds it.
_LOWEST, _HIGHEST = 15000, 31999


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
    """`count` different ports that nobody listens on."""
    found: set[int] = set()
    while len(found) < count:
        port = random.randint(_LOWEST, _HIGHEST)
        if port not in found and is_free(port):
            found.add(port)
    return list(found)


def free_port() -> int:
    """One port that nobody listens on."""
    return free_ports(1)[0]
