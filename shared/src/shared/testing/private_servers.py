"""The servers of one test run: started once, shared by all test workers, gone afterwards."""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from shared.bus.admin import BrokerAdmin
from shared.servers.mailsink import Mailbox, MailSink
from shared.servers.objectstore import ObjectStore
from shared.servers.postgres import Postgres
from shared.servers.postgres_admin import PostgresAdmin
from shared.servers.rabbitmq import RabbitMQ

ENVIRONMENT = "OURWATCH_TEST_SERVERS"
_WITH_A_BUCKET = ("documents", "messaging")


@dataclass(frozen=True)
class Bucket:
    """A bucket of one service in one test worker, and the credential that opens it alone."""

    name: str
    access_key: str
    secret_key: str


@dataclass(frozen=True)
class Addresses:
    """Where the servers are, and the secrets made for this run."""

    folder: str
    postgres_port: int
    postgres_password: str
    management_url: str
    amqp_address: str
    broker_password: str
    s3_url: str
    smtp_url: str
    maildir: str
    buckets: dict[str, Bucket]
    role_password: str

    @property
    def postgres(self) -> PostgresAdmin:
        return PostgresAdmin("127.0.0.1", self.postgres_port, "postgres", self.postgres_password)

    @property
    def broker(self) -> BrokerAdmin:
        return BrokerAdmin(self.management_url, "root", self.broker_password)

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(Path(self.maildir))

    def bucket(self, service: str, worker: str) -> Bucket:
        """Raises KeyError for a service that keeps nothing in the store."""
        return self.buckets[f"{service}-{worker}"]

    def database_url(self, role: str, database: str) -> str:
        return f"postgresql+asyncpg://{role}:{self.role_password}@127.0.0.1:{self.postgres_port}/{database}"

    def amqp_url(self, user: str, password: str, vhost: str) -> str:
        return f"amqp://{user}:{password}@{self.amqp_address}/{vhost}"


Server = TypeVar("Server", Postgres, RabbitMQ, ObjectStore, MailSink)


class PrivateServers:
    """Starts the servers in a folder of their own and tells the test workers through the environment.

    Once they are started, each may be killed and started again.
    """

    postgres: Postgres
    broker: RabbitMQ
    store: ObjectStore
    mail: MailSink

    def __init__(self, *, durable: bool = False) -> None:
        """With `durable` the database writes as it does in life; without, it forgets what a crash takes."""
        self._durable = durable
        self._folder = Path(tempfile.mkdtemp(prefix="ourwatch-test-"))
        self._folder.chmod(0o755)  # PostgreSQL runs as a user of its own when we are root
        self._servers: list[Postgres | RabbitMQ | ObjectStore | MailSink] = []

    def start(self, workers: Iterable[str] = ()) -> Addresses:
        """Starts them, with buckets for each of the test workers."""
        password = secrets.token_urlsafe(24)
        names = [f"{service}-{worker}" for worker in workers for service in _WITH_A_BUCKET]
        buckets = [Bucket(name, f"{name}-{secrets.token_hex(8)}", secrets.token_urlsafe(24)) for name in names]
        # All at once, the slowest first.
        self.broker = self._launched(RabbitMQ(self._folder / "rabbitmq", admin_user="root", admin_password=password))
        self.store = self._launched(
            ObjectStore(
                self._folder / "store",
                admin_access_key=f"admin-{secrets.token_hex(8)}",
                admin_secret_key=secrets.token_urlsafe(24),
                identities={bucket.access_key: (bucket.secret_key, bucket.name) for bucket in buckets},
            )
        )
        self.mail = self._launched(MailSink(self._folder / "mail"))
        self.postgres = self._launched(
            Postgres(self._folder / "postgres", superuser_password=password, durable=self._durable, max_connections=600)
        )
        for server in self._servers:
            server.wait()
        for bucket in buckets:
            self.store.ensure_bucket(bucket.name)
        addresses = Addresses(
            folder=str(self._folder),
            postgres_port=self.postgres.port,
            postgres_password=password,
            management_url=self.broker.management_url,
            amqp_address=f"127.0.0.1:{self.broker.port}",
            broker_password=password,
            s3_url=self.store.s3_url,
            smtp_url=self.mail.url,
            maildir=str(self.mail.maildir),
            buckets={bucket.name: bucket for bucket in buckets},
            role_password=secrets.token_urlsafe(24),
        )
        os.environ[ENVIRONMENT] = json.dumps(asdict(addresses))
        return addresses

    def _launched(self, server: Server) -> Server:
        self._servers.append(server)
        server.launch()
        return server

    def stop(self) -> None:
        for server in self._servers:
            server.ask_to_stop()
        for server in self._servers:
            server.stop()
        os.environ.pop(ENVIRONMENT, None)
        shutil.rmtree(self._folder, ignore_errors=True)


def running_servers() -> Addresses | None:
    """The servers that the controlling test session has started, if it has."""
    known = os.environ.get(ENVIRONMENT)
    if not known:
        return None
    told = json.loads(known)
    return Addresses(**told | {"buckets": {name: Bucket(**bucket) for name, bucket in told["buckets"].items()}})
