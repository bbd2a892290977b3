"""A private RabbitMQ node, never the machine's own."""

import os
import secrets
import socket
from pathlib import Path
from urllib.parse import quote

from shared.bus.admin import BrokerAdmin
from shared.servers.errors import BrokerRefused, ServerUnavailable
from shared.servers.ports import free_ports, is_free
from shared.servers.program import Program
from shared.servers.rabbitmq_program import epmd, rabbitmq_server

_START_SECONDS = 120.0
# Unasked, the distribution port listens on every address and a mapper that outlives the node is started.
_ERLANG_ARGUMENTS = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
_CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management_port}
# The default user is made at the first boot instead of guest, which so never exists.
default_user = {user}
default_pass = {password}
disk_free_limit.absolute = 64MB
# Counts in the management interface are at most a second old.
collect_statistics_interval = 1000
log.console = true
log.console.level = warning
"""


class RabbitMQ:
    """One node with its own name, ports, cookie, data and port mapper, all on 127.0.0.1."""

    def __init__(self, folder: Path, *, admin_user: str, admin_password: str, port: int | None = None) -> None:
        """The administrator is made at the first start and cannot be renamed later."""
        self.folder = folder.resolve()
        self._user = admin_user
        self._password = admin_password
        free = free_ports(4)
        self.port = port or free[0]
        self._management_port, self._distribution_port, self._mapper_port = free[1:]
        self._mapper: Program | None = None
        self._node: Program | None = None

    @property
    def management_url(self) -> str:
        return f"http://127.0.0.1:{self._management_port}"

    @property
    def admin(self) -> BrokerAdmin:
        """What makes virtual hosts, users and topology here."""
        return BrokerAdmin(self.management_url, self._user, self._password)

    def amqp_url(self, user: str, password: str, vhost: str = "/") -> str:
        credential = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"amqp://{credential}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    @property
    def is_running(self) -> bool:
        return self._node is not None and self._node.is_running

    def start(self) -> None:
        """Ready for connections when it returns, holding what it held before; raises ServerUnavailable."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Begins to start, which `wait` ends: for starting several servers at once."""
        server, mapper = rabbitmq_server(), epmd()
        if not is_free(self.port):
            raise ServerUnavailable(f"RabbitMQ's port {self.port} is taken: stop what listens there")
        self._write_configuration()
        environment = self._environment()
        log = self.folder.parent / f"{self.folder.name}.log"
        if self._mapper is None:
            command = [str(mapper), "-address", "127.0.0.1", "-port", str(self._mapper_port)]
            self._mapper = Program("epmd", command, log=log, folder=self.folder, environment=environment)
        if self._node is None:
            self._node = Program("RabbitMQ", [server], log=log, folder=self.folder, environment=environment)
        self._mapper.start()
        self._mapper.wait_until(lambda: _listens(self._mapper_port), seconds=_START_SECONDS)
        self._node.start()

    def wait(self) -> None:
        """Returns when what was launched is ready for connections."""
        if self._node is not None:
            self._node.wait_until(self._answers, seconds=_START_SECONDS)

    def ask_to_stop(self) -> None:
        """Begins to end, which `stop` waits for: for ending several servers at once."""
        if self._node is not None:
            self._node.ask_to_stop()

    def stop(self) -> None:
        """Ends the node with its data safe, and its port mapper after it."""
        for program in (self._node, self._mapper):
            if program is not None:
                program.stop(grace=30)

    def kill(self) -> None:
        """Ends the node as a crash would; `start` brings it back with the same data.

        Not with a quorum queue declared within the last half second: RabbitMQ has not written its name down.
        """
        if self._node is not None:
            self._node.kill()

    def _write_configuration(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            _write(cookie, secrets.token_hex(32), mode=0o400)
        _write(
            self.folder / "rabbitmq.conf",
            _CONFIGURATION.format(
                port=self.port,
                management_port=self._management_port,
                user=self._user,
                password=self._password,
            ),
        )
        _write(self.folder / "enabled_plugins", "[rabbitmq_management].\n")
        _write(self.folder / "environment.conf", "")  # or the machine's /etc/rabbitmq/rabbitmq-env.conf is read

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": folder,
            "LANG": "C.UTF-8",
            # Without a shell between: signals and the death of the parent reach the node itself.
            "RUNNING_UNDER_SYSTEMD": "true",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/environment.conf",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_NODENAME": "ourwatch@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": f"{folder}/node.pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG_ARGUMENTS,
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP_BYTES": "0",
        }

    def _answers(self) -> bool:
        if not (_listens(self.port) and _listens(self._management_port)):
            return False
        try:
            self.admin.check()
        except (ServerUnavailable, BrokerRefused):
            return False
        return True


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _write(path: Path, text: str, *, mode: int = 0o600) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
