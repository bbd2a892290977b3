import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from shared.servers.errors import ServerUnavailable
from shared.servers.postgres import Postgres


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


@pytest.fixture
def two_services(a_postgres: Postgres) -> Postgres:
    for service in ("north", "south"):
        for role in ("owner", "app"):
            a_postgres.admin.ensure_role(f"{service}_{role}", f"secret of {service} {role}")
        a_postgres.admin.ensure_database(service, owner=f"{service}_owner", users=[f"{service}_app"])
    return a_postgres


async def test_a_service_cannot_open_another_ones_database(two_services: Postgres) -> None:
    own = await asyncpg.connect(plain(two_services.url("north_app", "secret of north app", "north")))
    await own.close()
    for foreign in ("south", "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(plain(two_services.url("north_app", "secret of north app", foreign)))


async def test_only_the_owner_of_a_database_makes_tables_in_it(two_services: Postgres) -> None:
    app = await asyncpg.connect(plain(two_services.url("north_app", "secret of north app", "north")))
    owner = await asyncpg.connect(plain(two_services.url("north_owner", "secret of north owner", "north")))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("CREATE TABLE mine (id int)")
        await owner.execute("CREATE TABLE IF NOT EXISTS ours (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("SELECT * FROM ours")
    finally:
        await app.close()
        await owner.close()


async def test_a_wrong_password_is_refused_also_on_this_machine(two_services: Postgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(plain(two_services.url("north_app", "guessed", "north")))


def test_provisioning_may_be_repeated(two_services: Postgres) -> None:
    two_services.admin.ensure_role("north_app", "secret of north app")
    two_services.admin.ensure_database("north", owner="north_owner", users=["north_app"])


def test_a_dump_shows_text_and_binary_values_as_they_are(two_services: Postgres) -> None:
    two_services.admin.run(
        "CREATE TABLE IF NOT EXISTS kept (words text, bytes bytea);"
        "INSERT INTO kept VALUES ('a readable line', convert_to('a binary line', 'UTF8'));",
        database="south",
    )
    dump = two_services.admin.dump("south")
    assert b"a readable line" in dump
    assert b"a binary line" in dump


def test_what_was_committed_survives_a_crash(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", superuser_password="p")
    server.start()
    server.admin.run("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7);")
    server.kill()
    server.start()
    assert server.admin.run("SELECT id FROM kept") == "7\n"
    server.stop()


async def test_a_crash_ends_whoever_is_at_work(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres", superuser_password="p", durable=False)
    server.start()
    connection = await asyncpg.connect(plain(server.url("postgres", "p", "postgres")))
    busy = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 1e9)"))
    try:
        pid = connection.get_server_pid()
        await asyncio.sleep(0)  # it is sent
        assert has_process(pid)
        server.kill()
        assert not has_process(pid)
        with pytest.raises(asyncpg.PostgresError):
            await busy
    finally:
        server.stop()


def has_process(pid: int) -> bool:
    """Whether it runs; what has ended and was not yet taken leave of does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_it_listens_on_the_loopback_address_only(
    a_postgres: Postgres,
    listening: Callable[[Path], set[tuple[str, int]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assert listening(a_postgres.folder) == {("127.0.0.1", a_postgres.port)}


def test_a_taken_port_is_said_in_one_line(a_postgres: Postgres, tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailable, match=f"port {a_postgres.port} is taken"):
        Postgres(tmp_path / "second", superuser_password="p", port=a_postgres.port).start()


def test_twenty_may_provision_the_same_roles_and_their_databases_at_once(a_postgres: Postgres) -> None:
    def provision(number: int) -> None:
        for role in ("crowd_owner", "crowd_app"):
            a_postgres.admin.ensure_role(role, "secret of the crowd")
        a_postgres.admin.ensure_database(f"crowd_{number % 3}", owner="crowd_owner", users=["crowd_app"])

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(provision, range(20)))
    assert a_postgres.admin.run("SELECT count(*) FROM pg_database WHERE datname LIKE 'crowd%'") == "3\n"
