"""Real servers for the tests of the servers themselves, each started once."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from shared.servers.mailsink import MailSink
from shared.servers.objectstore import ObjectStore
from shared.servers.postgres import Postgres
from shared.servers.rabbitmq import RabbitMQ


@pytest.fixture(scope="session")
def a_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres(tmp_path_factory.mktemp("servers") / "postgres", superuser_password="it's \\ odd")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def a_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    folder = tmp_path_factory.mktemp("servers") / "rabbitmq"
    server = RabbitMQ(folder, admin_user="root-of-the-broker", admin_password=secrets.token_urlsafe())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def a_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    server = ObjectStore(
        tmp_path_factory.mktemp("servers") / "store",
        admin_access_key="admin",
        admin_secret_key=secrets.token_urlsafe(),
        identities={"of-alpha": ("secret-of-alpha", "alpha"), "of-bravo": ("secret-of-bravo", "bravo")},
    )
    server.start()
    for bucket in ("alpha", "bravo"):
        server.ensure_bucket(bucket)
    yield server
    server.stop()


@pytest.fixture
def a_sink(tmp_path: Path) -> Iterator[MailSink]:
    server = MailSink(tmp_path / "mail")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def listening() -> Callable[[Path], set[tuple[str, int]]]:
    """(address, port) of every socket that the programs of the server in `folder` listen on."""

    def find(folder: Path) -> set[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        for program in psutil.process_iter():
            try:
                names = [program.environ().get("HOME", ""), *program.cmdline()]
                names = [program.environ().get("HOME", ""), *program.cmdline()]
                belongs = any(str(folder) in name for name in names)
                sockets = program.net_connections("tcp") if belongs else []
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            found |= {(one.laddr.ip, one.laddr.port) for one in sockets if one.status == psutil.CONN_LISTEN}
        return found

    return find
