"""docker-compose.yml and the launcher's table say the same: processes, commands, settings, databases, users."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from launcher.environment import ALIKE
from launcher.processes import BUCKETS, DATABASES, PROCESSES, STEPS, Process, Step
from shared.servers.objectstore import OPTIONS

ROOT = Path(__file__).parents[2]
SERVERS = {"postgres", "rabbitmq", "objectstore", "mail"}
# Outside containers the launcher does this itself, as it starts the store.
STORE_KEYS = "objectstore-make-keys"
# Mail goes to the relay in SMTP_URL, and signing in through an organisation asks that organisation.
ASK_THE_WORLD = {"identity-api", "identity-worker", "messaging-worker"}


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


@pytest.fixture(scope="module")
def compose(whole: dict[str, Any]) -> dict[str, Any]:
    services: dict[str, Any] = whole["services"]
    return services


def test_the_same_things_run(compose: dict[str, Any]) -> None:
    assert set(compose) == {p.name for p in PROCESSES} | {s.name for s in STEPS} | SERVERS | {STORE_KEYS}


@pytest.mark.parametrize("what", [*PROCESSES, *STEPS], ids=[*(p.name for p in PROCESSES), *(s.name for s in STEPS)])
def test_each_has_the_same_command_and_settings(compose: dict[str, Any], what: Process | Step) -> None:
    container = compose[what.name]
    assert tuple(container["command"]) == what.command
    assert set(container["environment"]) == set(what.settings)


def test_containers_keep_memory_as_processes_of_the_launcher_do() -> None:
    words = (ROOT / "deploy" / "Dockerfile").read_text().split()
    assert {f"{name}={value}" for name, value in ALIKE.items()} <= set(words)


def test_only_the_gateway_is_reached_from_outside(compose: dict[str, Any]) -> None:
    outside = {name for name, container in compose.items() if container.get("ports")}
    assert outside == {"gateway-api", "mail"}
    assert {name for name, container in compose.items() if "outside" in container["networks"]} == outside


def test_only_those_that_mail_or_ask_an_organisation_reach_the_world(whole: dict[str, Any]) -> None:
    networks = {name: set(container["networks"]) for name, container in whole["services"].items()}
    assert {name for name, joined in networks.items() if "outward" in joined} == ASK_THE_WORLD
    assert all("inside" in joined for joined in networks.values())
    assert whole["networks"] == {"inside": {"internal": True}, "outside": {}, "outward": {}}


def test_the_same_databases_and_roles() -> None:
    script = (ROOT / "deploy" / "postgres" / "roles.sh").read_text()
    made = {line.split()[1]: line.split()[2:] for line in script.splitlines() if line.startswith("database ")}
    assert made == {database.service: list(database.users) for database in DATABASES}
    roles = {line.split()[1] for line in script.splitlines() if line.startswith("role ")}
    assert roles == {role for database in DATABASES for role in (database.owner, *database.users)}


def test_the_same_buckets() -> None:
    script = (ROOT / "deploy" / "objectstore" / "start.sh").read_text()
    assert set(re.findall(r"s3\.bucket\.create -name (\w+)", script)) == set(BUCKETS)


def test_the_store_runs_with_the_same_options() -> None:
    script = (ROOT / "deploy" / "objectstore" / "start.sh").read_text()
    assert set(OPTIONS) <= set(script.replace("\\\n", " ").split())


def test_the_stores_inner_ports_ask_for_its_own_certificate(compose: dict[str, Any]) -> None:
    made, store = compose[STORE_KEYS], compose["objectstore"]
    assert made["command"] == ["shared.servers.objectstore_secrets", "/keys"]
    assert made["volumes"] == ["objectstore-keys:/keys"]
    assert store["depends_on"] == {STORE_KEYS: {"condition": "service_completed_successfully"}}
    holders = {
        name
        for name, each in compose.items()
        if any(v.startswith("objectstore-keys:") for v in each.get("volumes", []))
    }
    assert holders == {STORE_KEYS, "objectstore"}
    # It reads security.toml from where it stands.
    assert "\ncd /keys" in (ROOT / "deploy" / "objectstore" / "start.sh").read_text()


def test_every_secret_is_asked_for_and_none_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    with_default = set(re.findall(r"\$\{(\w+):-", text))
    made = subprocess.run([sys.executable, ROOT / "deploy" / "make-env"], capture_output=True, text=True, check=True)
    assert asked == {line.partition("=")[0] for line in made.stdout.splitlines()}
    assert with_default == {"PUBLIC_URL", "PUBLIC_PORT", "SMTP_URL", "MAIL_FROM", "BOUNCE_DOMAIN"}
