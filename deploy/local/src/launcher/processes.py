"""Every process of OurWatch, and the steps before them: what runs, and which settings it is given.

Least privilege is read here: only `groups-sign` has the organisations' marking keys, only `documents-keys`
the document keys, only a migration an owner's database role, and the gateway neither database nor broker.
"""

from dataclasses import dataclass


def _of(service: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{service.upper()}_{name}" for name in names)


_ALL = ("HOST", "PORT", "METRICS_PORT", "LOG_LEVEL", "PUBLIC_URL", "TRUST_FOLDER")
_STATE = ("DATABASE_URL", "AMQP_URL")
_KEYS = ("KEY_FOLDER",)
_STORE = ("STORE_URL", "STORE_ACCESS_KEY", "STORE_SECRET_KEY", "STORE_BUCKET")
_MAIL = ("SMTP_URL", "MAIL_FROM")

_IDENTITY = _of("identity", *_ALL, *_STATE, *_KEYS, *_MAIL, "EMAIL_TAG_KEY")
_GROUPS = _of("groups", *_ALL, *_STATE, *_KEYS, "SIGN_URL", "EMAIL_TAG_KEY")
_SIGN = _of("groups", *_ALL, "SIGN_KEY_FOLDER", "SIGN_DATABASE_URL")
_DOCUMENTS = _of("documents", *_ALL, *_STATE, *_KEYS, *_STORE, "KEYS_URL")
_DOCUMENT_KEYS = _of("documents_keys", *_ALL, *_KEYS, "DATABASE_URL")
_MESSAGING = _of("messaging", *_ALL, *_STATE, *_KEYS, *_STORE, *_MAIL, "BOUNCE_DOMAIN")
_BOUNCES = _of("messaging", *_ALL, "DATABASE_URL", *_KEYS, "BOUNCE_PORT")
_GATEWAY = _of("gateway", *_ALL, *_KEYS, "IDENTITY_URL", "GROUPS_URL", "DOCUMENTS_URL", "MESSAGING_URL")


@dataclass(frozen=True)
class Process:
    """A program that runs as long as the system does. `command` follows `python -m`."""

    name: str
    service: str
    command: tuple[str, ...]
    settings: tuple[str, ...]
    prefix: str  # of its settings' names
    serves: bool  # others know its PORT; a worker only says there whether it is well


@dataclass(frozen=True)
class Step:
    """A program that runs to its end before the processes start. `command` follows `python -m`."""

    name: str
    service: str
    command: tuple[str, ...]
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Database:
    """A database, named as its service: the role that migrates it, and those that may connect to it."""

    service: str
    owner: str
    users: tuple[str, ...]


PROCESSES = (
    Process("identity-api", "identity", ("identity", "api"), _IDENTITY, "IDENTITY", serves=True),
    Process("identity-worker", "identity", ("identity", "worker"), _IDENTITY, "IDENTITY", serves=False),
    Process("groups-sign", "groups", ("groups", "sign"), _SIGN, "GROUPS", serves=True),
    Process("groups-api", "groups", ("groups", "api"), _GROUPS, "GROUPS", serves=True),
    Process("groups-worker", "groups", ("groups", "worker"), _GROUPS, "GROUPS", serves=False),
    Process("documents-keys", "documents", ("documents", "keys"), _DOCUMENT_KEYS, "DOCUMENTS_KEYS", serves=True),
    Process("documents-api", "documents", ("documents", "api"), _DOCUMENTS, "DOCUMENTS", serves=True),
    Process("documents-worker", "documents", ("documents", "worker"), _DOCUMENTS, "DOCUMENTS", serves=False),
    Process("messaging-api", "messaging", ("messaging", "api"), _MESSAGING, "MESSAGING", serves=True),
    Process("messaging-worker", "messaging", ("messaging", "worker"), _MESSAGING, "MESSAGING", serves=False),
    Process("messaging-bounces", "messaging", ("messaging", "bounces"), _BOUNCES, "MESSAGING", serves=True),
    Process("gateway-api", "gateway", ("gateway", "api"), _GATEWAY, "GATEWAY", serves=True),
)

DATABASES = (
    Database("identity", "identity_owner", ("identity_app",)),
    Database("groups", "groups_owner", ("groups_app", "groups_sign")),
    Database("documents", "documents_owner", ("documents_app", "documents_keys")),
    Database("messaging", "messaging_owner", ("messaging_app",)),
)

BUCKETS = ("documents", "messaging")
BROKER_USERS = ("identity", "groups", "documents", "messaging")

_TOPOLOGY = (
    "OURWATCH_MANAGEMENT_URL",
    "OURWATCH_BROKER_ADMIN_USER",
    "OURWATCH_BROKER_ADMIN_PASSWORD",
    "OURWATCH_BROKER_VHOST",
    *(f"OURWATCH_{user.upper()}_BROKER_PASSWORD" for user in BROKER_USERS),
)


def _keys(service: str, *more: str) -> Step:
    names = _of(service, "TRUST_FOLDER", "KEY_FOLDER", *more)
    return Step(f"{service}-make-keys", service, (service, "make-keys"), names)


def _migrate(service: str) -> Step:
    return Step(f"{service}-migrate", service, (service, "migrate"), _of(service, "OWNER_DATABASE_URL"))


STEPS = (
    _keys("identity"),
    _keys("groups", "SIGN_KEY_FOLDER"),
    _keys("documents", "KEYS_KEY_FOLDER"),
    _keys("messaging"),
    _keys("gateway"),
    *(_migrate(database.service) for database in DATABASES),
    Step("topology", "shared", ("shared.bus.declare",), _TOPOLOGY),
)
