"""The pytest plugin: private PostgreSQL, RabbitMQ and S3 store for a test run, one ground per service and worker."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from shared.loading import loading
from shared.testing.issuer import Issuer
from shared.testing.private_servers import Addresses, PrivateServers, running_servers
from shared.testing.service import Ground, prepare

_OWN: list[PrivateServers] = []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """With several test workers the controlling session starts the servers before them."""
    is_controller = not hasattr(session.config, "workerinput")
    count = getattr(session.config.option, "numprocesses", None)
    if is_controller and count:
        _start([f"gw{number}" for number in range(count)])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected lives to the end: the garbage collector need not look it through."""
    with loading():
        return (yield)


def pytest_sessionfinish() -> None:
    while _OWN:
        _OWN.pop().stop()


def _start(workers: list[str]) -> Addresses:
    servers = PrivateServers()
    _OWN.append(servers)
    return servers.start(workers)


@pytest.fixture(scope="session")
def servers(test_worker: str) -> Addresses:
    """The real servers of this run; started here when no controlling session did."""
    return running_servers() or _start([test_worker])


@pytest.fixture(scope="session")
def test_worker() -> str:
    """The name of this test worker: `gw0`, or `alone`."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def ground_of(servers: Addresses, test_worker: str) -> Callable[..., Ground]:
    """Makes and remembers the ground of a service: `ground_of("documents", roles=("owner", "app", "keys"))`."""
    known: dict[str, Ground] = {}

    def ground(service: str, roles: tuple[str, ...] = ("owner", "app")) -> Ground:
        if service not in known:
            known[service] = prepare(servers, service, test_worker, roles)
        return known[service]

    return ground


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Issues real tokens with keys of this run."""
    return Issuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture
def set_environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], None]:
    """Sets several environment variables for one test."""

    def set_all(values: dict[str, str]) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_all


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Outside data beside the repository (`../shared/data` or OURWATCH_SHARED_DATA); skips, aloud, where absent."""
    folder = Path(os.environ.get("OURWATCH_SHARED_DATA", Path.cwd().parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"outside data is not there: {folder}")
    return folder
