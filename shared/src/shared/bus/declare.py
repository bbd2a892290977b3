"""`python -m shared.bus.declare`: declares the broker's exchanges, queues, users and rights. A deploy step."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.bus import topology
from shared.bus.admin import BrokerAdmin
from shared.settings import Secret

_QUORUM = {"x-queue-type": "quorum"}
_LONGEST_UNROUTED = 100_000
_UNROUTED_KEPT_MS = 3_600_000


class DeclareSettings(BaseSettings):
    """Who may configure the broker, and the password of each service's own user."""

    model_config = SettingsConfigDict(env_prefix="OURWATCH_", extra="ignore", hide_input_in_errors=True)

    management_url: str
    broker_admin_user: str
    broker_admin_password: SecretStr
    broker_vhost: str = "/"
    identity_broker_password: Secret
    groups_broker_password: Secret
    documents_broker_password: Secret
    messaging_broker_password: Secret


def declare_topology(admin: BrokerAdmin, vhost: str) -> None:
    """Declares every exchange and queue of `shared.bus.topology` in a vhost; safe to repeat."""
    admin.put_exchange(vhost, topology.UNROUTED, "fanout")
    admin.put_queue(
        vhost, topology.UNROUTED, _QUORUM | {"x-max-length": _LONGEST_UNROUTED, "x-message-ttl": _UNROUTED_KEPT_MS}
    )
    admin.bind(vhost, topology.UNROUTED, topology.UNROUTED)
    for service in topology.SERVICES:
        # An event without a reader must not hold up the relay, and must not vanish unseen either.
        admin.put_exchange(vhost, service, "topic", **{"alternate-exchange": topology.UNROUTED})
        admin.put_exchange(vhost, f"{service}.retry", "direct")
    for queue, events in topology.READERS.items():
        _declare_queue(admin, vhost, queue)
        for event in events:
            admin.bind(vhost, event.partition(".")[0], queue, event)


def _declare_queue(admin: BrokerAdmin, vhost: str, queue: str) -> None:
    dead, retry = topology.dead_queue(queue), topology.retry_exchange(queue)
    admin.put_queue(vhost, dead, _QUORUM)
    admin.bind(vhost, retry, dead, dead)
    limit = {"x-delivery-limit": topology.DELIVERY_LIMIT}
    admin.put_queue(vhost, queue, _QUORUM | limit | _dead_letters_to(dead))
    for seconds in topology.RETRY_SECONDS:
        name = topology.retry_queue(queue, seconds)
        admin.put_queue(vhost, name, _QUORUM | {"x-message-ttl": seconds * 1000} | _dead_letters_to(queue))
        admin.bind(vhost, retry, name, name)


def _dead_letters_to(queue: str) -> dict[str, object]:
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare_user(admin: BrokerAdmin, vhost: str, service: str, user: str, password: str) -> None:
    """Makes a service's broker user, with exactly the rights of `topology.rights_of`."""
    rights = topology.rights_of(service)
    admin.put_user(user, password)
    admin.set_permissions(user, vhost, configure=rights.configure, write=rights.write, read=rights.read)


def main() -> None:
    """Declares everything with what the environment names."""
    settings = DeclareSettings()
    admin = BrokerAdmin(
        settings.management_url, settings.broker_admin_user, settings.broker_admin_password.get_secret_value()
    )
    declare_topology(admin, settings.broker_vhost)
    passwords = {
        "identity": settings.identity_broker_password,
        "groups": settings.groups_broker_password,
        "documents": settings.documents_broker_password,
        "messaging": settings.messaging_broker_password,
    }
    for service, password in passwords.items():
        declare_user(admin, settings.broker_vhost, service, service, password.get_secret_value())


if __name__ == "__main__":
    main()
