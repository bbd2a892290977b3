"""A private PostgreSQL server."""

import contextlib
import os
import select
import signal
from pathlib import Path
from urllib.parse import quote

from shared.servers.errors import ServerUnavailable
from shared.servers.ports import free_port, is_free
from shared.servers.postgres_admin import PostgresAdmin
from shared.servers.postgres_binaries import account, binaries, hand_over
from shared.servers.program import Program
from shared.servers.run_tool import run_tool

SUPERUSER = "postgres"
_START_SECONDS = 60.0
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """One server in one folder, on one port of 127.0.0.1 and nowhere else, with passwords for everybody."""

    def __init__(
        self,
        folder: Path,
        *,
        superuser_password: str,
        port: int | None = None,
        max_connections: int = 300,
        durable: bool = True,
    ) -> None:
        """Without `durable` a crash of the machine may lose everything: for tests only."""
        self.folder = folder.resolve()
        self._password = superuser_password
        self._max_connections = max_connections
        self._durable = durable
        self.port = port or free_port()
        self._program: Program | None = None

    @property
    def admin(self) -> PostgresAdmin:
        """What makes roles and databases here."""
        return PostgresAdmin("127.0.0.1", self.port, SUPERUSER, self._password)

    def url(self, user: str, password: str, database: str) -> str:
        """A SQLAlchemy URL for asyncpg."""
        credential = f"{quote(user, safe='')}:{quote(password, safe='')}"
        return f"postgresql+asyncpg://{credential}@127.0.0.1:{self.port}/{quote(database)}"

    @property
    def is_running(self) -> bool:
        return self._program is not None and self._program.is_running

    def start(self) -> None:
        """Ready for connections when it returns; raises ServerUnavailable if that cannot be."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Begins to start, which `wait` ends: for starting several servers at once."""
        programs, user = binaries(), account()
        if not is_free(self.port):
            raise ServerUnavailable(f"PostgreSQL's port {self.port} is taken: stop what listens there")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        if user is not None:
            hand_over(self.folder, user)
        if not self._cluster.exists():
            self._make_cluster(programs, user)
        self._program = Program(
            "PostgreSQL",
            [programs / "postgres", "-D", self._cluster, *self._options()],
            log=self.folder.parent / f"{self.folder.name}.log",
            folder=self.folder,
            environment={"PATH": os.defpath, "TZ": "UTC"},
            user=user,
            stop_signal=signal.SIGINT,  # its fast shutdown; SIGTERM waits for every client to leave
        )
        self._program.start()

    def wait(self) -> None:
        """Returns when what was launched is ready for connections."""
        if self._program is not None:
            self._program.wait_until(self.admin.answers, seconds=_START_SECONDS)

    def ask_to_stop(self) -> None:
        """Begins to end, which `stop` waits for: for ending several servers at once."""
        if self._program is not None:
            self._program.ask_to_stop()

    def stop(self) -> None:
        """Disconnects everybody and ends the server with its data safe."""
        if self._program is not None:
            self._program.stop(grace=30)

    def kill(self) -> None:
        """Ends the server as a crash would, each of its processes at once."""
        if self._program is None:
            return
        with contextlib.ExitStack() as held:
            backends = [held.enter_context(os.fdopen(os.pidfd_open(pid))) for pid in self._backends()]
            self._program.kill()
            for backend in backends:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(backend.fileno(), signal.SIGKILL)
                select.select([backend], [], [])  # until it has ended

    def _backends(self) -> list[int]:
        # Each is a process group of its own. The first process stands still meanwhile, so that it makes no more.
        first = self._program and self._program.pid
        if not first:
            return []
        os.kill(first, signal.SIGSTOP)
        return [int(pid) for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split()]

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    def _make_cluster(self, programs: Path, user: str | None) -> None:
        # Made beside its place and renamed: an interrupted first start leaves nothing half made.
        draft = self.folder / "cluster.draft"
        secret = self.folder / "superuser"
        environment = {"PATH": os.defpath, "TZ": "UTC"}
        run_tool("PostgreSQL's initdb", ["rm", "-rf", draft], environment=environment, user=user)
        secret.touch(mode=0o600)
        try:
            secret.write_text(self._password)
            if user is not None:
                hand_over(secret, user)
            run_tool(
                "PostgreSQL's initdb",
                [
                    programs / "initdb", "-D", draft, "-U", SUPERUSER, "--pwfile", secret,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                    *([] if self._durable else ["--no-sync"]),
                ],
                environment=environment,
                user=user,
            )  # fmt: skip
        finally:
            secret.unlink()
        draft.rename(self._cluster)

    def _options(self) -> list[str]:
        settings = [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",  # one door is enough
            f"port={self.port}",
            f"max_connections={self._max_connections}",
            "log_min_messages=warning",
            *(() if self._durable else _FORGETFUL),
        ]
        return [part for setting in settings for part in ("-c", setting)]
