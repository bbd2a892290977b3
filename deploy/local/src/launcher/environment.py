"""Gives each process the settings that the table names for it, and nothing else."""

import os
from dataclasses import dataclass

from shared.servers.ports import free_port, free_ports

from launcher.processes import PROCESSES, Process, Step
from launcher.state import State

# Without these a Python program does not run as its user expects; none of them is a setting of ours.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")

# As in deploy/Dockerfile. A piece of a body takes 256 KiB: by itself glibc gives such memory back after each piece and
# asks the system for it again. Now up to 32 MiB are kept.
ALIKE = {
    "PYTHONUNBUFFERED": "1",
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}


@dataclass(frozen=True)
class Place:
    """Where one process listens on 127.0.0.1."""

    port: int
    metrics_port: int


def choose_places(public_port: int) -> dict[str, Place]:
    """A private place for every process; only the gateway's port is the public one."""
    ports = free_ports(2 * len(PROCESSES))
    return {
        process.name: Place(public_port if process.name == "gateway-api" else ports[2 * number], ports[2 * number + 1])
        for number, process in enumerate(PROCESSES)
    }


def shared_settings(state: State, places: dict[str, Place], public_port: int) -> dict[str, str]:
    """Every setting that is the same for whoever is given it, but those of the four servers."""
    settings: dict[str, str] = {}
    for prefix in dict.fromkeys(process.prefix for process in PROCESSES):
        settings |= {
            f"{prefix}_HOST": "127.0.0.1",
            f"{prefix}_LOG_LEVEL": os.environ.get("OURWATCH_LOG_LEVEL", "INFO").upper(),
            f"{prefix}_PUBLIC_URL": f"http://localhost:{public_port}",
            f"{prefix}_TRUST_FOLDER": str(state.trust),
            f"{prefix}_KEY_FOLDER": str(state.key_folder(prefix.lower().replace("_", "-"))),
        }
    for service in ("identity", "groups", "documents", "messaging"):
        settings[f"GATEWAY_{service.upper()}_URL"] = _url(places[f"{service}-api"])
    tag_key = state.secret("email tag")
    return settings | {
        "IDENTITY_EMAIL_TAG_KEY": tag_key,
        "GROUPS_EMAIL_TAG_KEY": tag_key,
        "GROUPS_SIGN_KEY_FOLDER": str(state.key_folder("groups-sign")),
        "GROUPS_SIGN_URL": _url(places["groups-sign"]),
        "DOCUMENTS_KEYS_URL": _url(places["documents-keys"]),
        "MESSAGING_BOUNCE_DOMAIN": os.environ.get("OURWATCH_BOUNCE_DOMAIN", "bounces.ourwatch.example"),
        "MESSAGING_BOUNCE_PORT": os.environ.get("OURWATCH_BOUNCE_PORT") or str(free_port()),
    }


def environment_of(what: Process | Step, settings: dict[str, str], place: Place | None = None) -> dict[str, str]:
    """The whole environment of one process; KeyError if the table names a setting that nobody makes."""
    own: dict[str, str] = {}
    if place is not None and isinstance(what, Process):
        own = {f"{what.prefix}_PORT": str(place.port), f"{what.prefix}_METRICS_PORT": str(place.metrics_port)}
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | ALIKE | {name: (own | settings)[name] for name in what.settings}


def _url(place: Place) -> str:
    return f"http://127.0.0.1:{place.port}"
