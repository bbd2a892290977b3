"""Makes virtual hosts, users, rights and topology through RabbitMQ's management interface.

Needs nothing but the standard library and a URL: the deploy step of a container uses it too.
"""

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from shared.servers.errors import BrokerRefused, ServerUnavailable

_DEADLINE_SECONDS = 15.0
_NOT_FOUND = 404


@dataclass(frozen=True)
class Queue:
    name: str
    kind: str
    messages: int
    ready: int
    unacknowledged: int
    consumers: int


class BrokerAdmin:
    """One administrator of one broker. Every call may be repeated; each ends within 15 seconds.

    All raise ServerUnavailable when the broker does not answer and BrokerRefused when it says no.
    """

    def __init__(self, management_url: str, user: str, password: str) -> None:
        self._url = urlsplit(management_url)
        credential = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}

    def check(self) -> None:
        """Returns if the broker is up and takes our credential."""
        self._call("GET", "whoami")

    def put_vhost(self, vhost: str) -> None:
        self._call("PUT", _path("vhosts", vhost), {})

    def delete_vhost(self, vhost: str) -> None:
        self._delete(_path("vhosts", vhost))

    def put_user(self, name: str, password: str, tags: str = "") -> None:
        """Makes a user, or sets its password and tags; it may do nothing until it is given permissions."""
        self._call("PUT", _path("users", name), {"password": password, "tags": tags})

    def delete_user(self, name: str) -> None:
        self._delete(_path("users", name))

    def set_permissions(self, user: str, vhost: str, configure: str, write: str, read: str) -> None:
        """Three regular expressions over names of exchanges and queues; an empty one matches nothing."""
        rights = {"configure": configure or "^$", "write": write or "^$", "read": read or "^$"}
        self._call("PUT", _path("permissions", vhost, user), rights)

    def close_connections_of(self, user: str) -> None:
        """Ends every connection of `user`: what it may do now, and not when it connected, holds from here."""
        self._delete(_path("connections", "username", user))

    def put_exchange(self, vhost: str, name: str, kind: str = "topic", **arguments: object) -> None:
        """A durable exchange; BrokerRefused if one of that name exists with other arguments."""
        self._call(
            "PUT", _path("exchanges", vhost, name), {"type": kind, "durable": True, "arguments": arguments}
        )

    def put_queue(self, vhost: str, name: str, arguments: Mapping[str, object] | None = None) -> None:
        """A durable queue; BrokerRefused if one of that name exists with other arguments."""
        self._call("PUT", _path("queues", vhost, name), {"durable": True, "arguments": dict(arguments or {})})

    def bind(self, vhost: str, exchange: str, queue: str, routing_key: str = "") -> None:
        """Routes what is published to `exchange` with `routing_key` into `queue`."""
        self._call("POST", _path("bindings", vhost, "e", exchange, "q", queue), {"routing_key": routing_key})

    def list_queues(self, vhost: str) -> list[Queue]:
        """Every queue with its counts, which may be a few seconds old."""
        return [
            Queue(
                name=row["name"],
                kind=row.get("type", "classic"),
                messages=row.get("messages", 0),
                ready=row.get("messages_ready", 0),
                unacknowledged=row.get("messages_unacknowledged", 0),
                consumers=row.get("consumers", 0),
            )
            for row in self._call("GET", _path("queues", vhost))
        ]

    def _delete(self, path: str) -> None:
        try:
            self._call("DELETE", path)
        except BrokerRefused as refusal:
            if refusal.status != _NOT_FOUND:
                raise

    def _call(self, method: str, path: str, body: object = None) -> Any:  # Any: JSON as the broker sends it
        secure = self._url.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(self._url.hostname or "", self._url.port, timeout=_DEADLINE_SECONDS)
        try:
            connection.request(
                method,
                f"{self._url.path.rstrip('/')}/api/{path}",
                body=None if body is None else json.dumps(body),
                headers=self._headers,
            )
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ServerUnavailable(f"RabbitMQ's management interface does not answer: {error}") from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise BrokerRefused(method, path, answer.status, content.decode(errors="replace")[:200])
        return json.loads(content) if content else None


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)
