"""The four servers that OurWatch stands on: private ones of ours, or those given by URL."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

from shared.bus.admin import BrokerAdmin
from shared.servers.mailsink import MailSink
from shared.servers.objectstore import ObjectStore
from shared.servers.postgres import Postgres
from shared.servers.postgres_admin import PostgresAdmin
from shared.servers.rabbitmq import RabbitMQ

from launcher.backup.access import Access
from launcher.errors import NotPossible
from launcher.processes import BROKER_USERS, BUCKETS, DATABASES
from launcher.progress import Progress
from launcher.state import State


class Server(Protocol):
    """What runs, and can be started again."""

    @property
    def is_running(self) -> bool: ...
    def start(self) -> None: ...
    def ask_to_stop(self) -> None: ...
    def stop(self) -> None: ...


@dataclass
class Servers:
    """What runs here, by name in the order of starting, and the settings that follow from all four."""

    running: dict[str, Server] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    dumps: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    admin: PostgresAdmin | None = None

    def access(self) -> Access:
        """What a backup needs. Raises NotPossible before the servers run."""
        if self.admin is None:
            raise NotPossible("PostgreSQL does not run yet")
        names = {"url": "URL", "access_key": "ACCESS_KEY", "secret_key": "SECRET_KEY", "bucket": "BUCKET"}
        stores: dict[str, dict[str, Any]] = {
            bucket: {name: self.settings[f"{bucket.upper()}_STORE_{end}"] for name, end in names.items()}
            for bucket in BUCKETS
        }
        return Access(self.admin.access, stores)


def start_servers(state: State, servers: Servers, progress: Progress) -> None:
    """Starts or finds the four, and makes databases, roles and buckets; fills `servers` as it goes."""
    # All are begun before any is waited for: the broker and the store take seconds each.
    ready = [(name, begin(state, servers)) for name, begin in _FOUR]
    for name, finish in ready:
        with progress.step(name):
            finish()


def _postgres(state: State, servers: Servers) -> Callable[[], None]:
    given = os.environ.get("OURWATCH_POSTGRES_URL")
    if given:
        url = urlsplit(given)
        host, port = url.hostname or "127.0.0.1", url.port or 5432
        admin = PostgresAdmin(host, port, unquote(url.username or "postgres"), unquote(url.password or ""))
        if not admin.answers():
            raise NotPossible("the PostgreSQL in OURWATCH_POSTGRES_URL does not let us in: is the URL right?")
        return partial(_provision, state, servers, admin, f"{host}:{port}")
    server = Postgres(state.folder / "postgres", superuser_password=state.secret("postgres superuser"))
    servers.running["postgres"] = server
    server.launch()

    def finish() -> None:
        server.wait()
        _provision(state, servers, server.admin, f"127.0.0.1:{server.port}")

    return finish


def _provision(state: State, servers: Servers, admin: PostgresAdmin, address: str) -> None:
    servers.admin = admin
    for database in DATABASES:
        name = database.service
        for role in (database.owner, *database.users):
            password = state.secret(f"postgres {role}")
            admin.ensure_role(role, password)
            servers.settings[_database_setting(name, role)] = (
                f"postgresql+asyncpg://{role}:{quote(password, safe='')}@{address}/{name}"
            )
        admin.ensure_database(name, owner=database.owner, users=database.users)
        servers.dumps[name] = partial(admin.dump, name)


def _database_setting(service: str, role: str) -> str:
    if role == f"{service}_app":
        return f"{service.upper()}_DATABASE_URL"
    return f"{role.upper()}_DATABASE_URL" if role != f"{service}_owner" else f"{service.upper()}_OWNER_DATABASE_URL"


def _rabbitmq(state: State, servers: Servers) -> Callable[[], None]:
    given = os.environ.get("OURWATCH_RABBITMQ_URL")
    if given:
        url = urlsplit(given)
        management = os.environ.get("OURWATCH_RABBITMQ_MANAGEMENT_URL")
        if not (management and url.username and url.password):
            raise NotPossible(
                "OURWATCH_RABBITMQ_URL needs an administrator's name and password in it, "
                "and OURWATCH_RABBITMQ_MANAGEMENT_URL beside it"
            )
        user, password = unquote(url.username), unquote(url.password)
        address, vhost = f"{url.hostname}:{url.port or 5672}", unquote(url.path[1:]) or "/"
        finish = BrokerAdmin(management, user, password).check
    else:
        user, password, vhost = "ourwatch-admin", state.secret("rabbitmq admin"), "/"
        server = RabbitMQ(state.folder / "rabbitmq", admin_user=user, admin_password=password)
        servers.running["rabbitmq"] = server
        server.launch()
        address, management = f"127.0.0.1:{server.port}", server.management_url
        finish = server.wait
    servers.settings |= {
        "OURWATCH_MANAGEMENT_URL": management,
        "OURWATCH_BROKER_ADMIN_USER": user,
        "OURWATCH_BROKER_ADMIN_PASSWORD": password,
        "OURWATCH_BROKER_VHOST": vhost,
    }
    for service in BROKER_USERS:
        own = state.secret(f"rabbitmq {service}")
        servers.settings[f"OURWATCH_{service.upper()}_BROKER_PASSWORD"] = own
        servers.settings[f"{service.upper()}_AMQP_URL"] = (
            f"amqp://{service}:{quote(own, safe='')}@{address}/{quote(vhost, safe='')}"
        )
    return finish


def _store(state: State, servers: Servers) -> Callable[[], None]:
    given = os.environ.get("OURWATCH_S3_URL")
    if given:
        # Credentials of one bucket each are made by whoever runs the store.
        _set_store(servers, given.rstrip("/"), {bucket: _given_store_key(bucket) for bucket in BUCKETS})
        return lambda: None
    keys = {bucket: (f"ourwatch-{bucket}", state.secret(f"store {bucket}")) for bucket in BUCKETS}
    server = ObjectStore(
        state.folder / "store",
        admin_access_key="ourwatch-admin",
        admin_secret_key=state.secret("store admin"),
        identities={access: (secret, bucket) for bucket, (access, secret) in keys.items()},
    )
    servers.running["store"] = server
    server.launch()
    _set_store(servers, server.s3_url, keys)

    def finish() -> None:
        server.wait()
        for bucket in BUCKETS:
            server.ensure_bucket(bucket)

    return finish


def _set_store(servers: Servers, address: str, keys: dict[str, tuple[str, str]]) -> None:
    for bucket, (access, secret) in keys.items():
        servers.settings |= {
            f"{bucket.upper()}_STORE_URL": address,
            f"{bucket.upper()}_STORE_BUCKET": bucket,
            f"{bucket.upper()}_STORE_ACCESS_KEY": access,
            f"{bucket.upper()}_STORE_SECRET_KEY": secret,
        }


def _given_store_key(bucket: str) -> tuple[str, str]:
    names = (f"{bucket.upper()}_STORE_ACCESS_KEY", f"{bucket.upper()}_STORE_SECRET_KEY")
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise NotPossible(f"OURWATCH_S3_URL needs {' and '.join(missing)}: a credential of the bucket {bucket} alone")
    return os.environ[names[0]], os.environ[names[1]]


def _mail(state: State, servers: Servers) -> Callable[[], None]:
    relay = os.environ.get("OURWATCH_SMTP_URL")
    sink = None if relay else MailSink(state.mail)
    if sink is not None:
        servers.running["mail"] = sink
        sink.launch()
        relay = sink.url
    for service in ("identity", "messaging"):
        servers.settings[f"{service.upper()}_SMTP_URL"] = relay or ""
        servers.settings[f"{service.upper()}_MAIL_FROM"] = "no-reply@ourwatch.example"
    return sink.wait if sink is not None else lambda: None


_FOUR = (("PostgreSQL", _postgres), ("RabbitMQ", _rabbitmq), ("object store", _store), ("mail", _mail))
