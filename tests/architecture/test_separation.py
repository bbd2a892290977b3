"""Law 4 on real servers: no service's role opens another's database, no process is given another's secrets."""

from collections.abc import Callable

import asyncpg
import pytest
from launcher.processes import DATABASES, PROCESSES, STEPS
from shared.testing.service import Ground

SERVICES = ("identity", "groups", "documents", "messaging")
ROLES = {database.service: (database.owner, *database.users) for database in DATABASES}


@pytest.fixture(scope="module")
def grounds(ground_of: Callable[..., Ground]) -> dict[str, Ground]:
    return {each: ground_of(each, tuple(role.removeprefix(f"{each}_") for role in ROLES[each])) for each in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
async def test_a_services_roles_cannot_open_anothers_database(grounds: dict[str, Ground], service: str) -> None:
    for other, ground in grounds.items():
        if other == service:
            continue
        for role in ROLES[service]:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(ground.role_url(role).replace("+asyncpg", ""), timeout=10)


def test_every_process_is_given_settings_of_its_own_service_alone() -> None:
    for process in PROCESSES:
        foreign = [name for name in process.settings if not name.startswith(process.prefix)]
        assert not foreign, process.name


def test_the_gateway_has_neither_database_nor_broker() -> None:
    gateway = next(process for process in PROCESSES if process.service == "gateway")
    assert not [name for name in gateway.settings if "DATABASE" in name or "AMQP" in name]


def test_only_the_keys_and_sign_processes_hold_their_keys() -> None:
    holders = {
        secret: {process.name for process in PROCESSES if secret in process.settings}
        for secret in ("GROUPS_SIGN_KEY_FOLDER", "DOCUMENTS_KEYS_KEY_FOLDER", "DOCUMENTS_KEYS_DATABASE_URL")
    }
    assert holders == {
        "GROUPS_SIGN_KEY_FOLDER": {"groups-sign"},
        "DOCUMENTS_KEYS_KEY_FOLDER": {"documents-keys"},
        "DOCUMENTS_KEYS_DATABASE_URL": {"documents-keys"},
    }


def test_only_the_migrate_steps_are_given_an_owner() -> None:
    assert not [p.name for p in PROCESSES if any("OWNER" in name for name in p.settings)]
    assert all(step.command[-1] == "migrate" for step in STEPS if any("OWNER" in name for name in step.settings))
