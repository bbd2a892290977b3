"""What goes wrong with a server of ours, said so that a person can act on it."""


class ServerUnavailable(Exception):
    """A server cannot run or be reached; the message is one plain line: what is wrong and what to do."""


class BrokerRefused(Exception):
    """RabbitMQ's management interface answered a request with an error."""

    def __init__(self, method: str, path: str, status: int, reason: str) -> None:
        super().__init__(f"RabbitMQ refused {method} {path}: {status} {reason}")
        self.status = status
