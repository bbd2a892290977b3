"""A service's own database, broker user and keys for one test worker."""

import importlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from shared.bus.declare import declare_topology, declare_user
from shared.db.migrate import migrate
from shared.testing.private_servers import Addresses, Bucket


@dataclass(frozen=True)
class Ground:
    """What a service stands on in a test: real servers, its own database and rights."""

    service: str
    owner_database_url: str
    database_url: str
    amqp_url: str
    vhost: str
    servers: Addresses
    worker: str

    @property
    def bucket(self) -> Bucket:
        """The service's own. Raises KeyError for one that keeps nothing in the store."""
        return self.servers.bucket(self.service, self.worker)

    def role_url(self, role: str) -> str:
        """The same database as another role, such as `documents_keys`."""
        return self.servers.database_url(role, self.database_url.rpartition("/")[2])

    @property
    def environment(self) -> dict[str, str]:
        """The settings of any service with a database, by their names in the environment."""
        prefix = self.service.upper()
        return {
            f"{prefix}_DATABASE_URL": self.database_url,
            f"{prefix}_AMQP_URL": self.amqp_url,
            f"{prefix}_PUBLIC_URL": "http://ourwatch.test",
        }


def prepare(servers: Addresses, service: str, worker: str, roles: Sequence[str] = ("owner", "app")) -> Ground:
    """Makes `<service>_<worker>` with the service's roles, migrated, and a vhost with the topology and its user."""
    database, vhost = f"{service}_{worker}", f"{service}-{worker}"
    names = [f"{service}_{role}" for role in roles]
    for name in names:
        servers.postgres.ensure_role(name, servers.role_password)
    servers.postgres.ensure_database(database, owner=names[0], users=names[1:])
    owner_url = servers.database_url(names[0], database)
    rights: Sequence[str] = importlib.import_module(f"{service}.storage.tables").RIGHTS
    migrate(owner_url, service, rights)

    servers.broker.put_vhost(vhost)
    servers.broker.set_permissions("root", vhost, ".*", ".*", ".*")
    declare_topology(servers.broker, vhost)
    user, password = vhost, secrets.token_urlsafe(24)
    declare_user(servers.broker, vhost, service, user, password)
    return Ground(
        service=service,
        owner_database_url=owner_url,
        database_url=servers.database_url(f"{service}_app", database),
        amqp_url=servers.amqp_url(user, password, vhost),
        vhost=vhost,
        servers=servers,
        worker=worker,
    )
