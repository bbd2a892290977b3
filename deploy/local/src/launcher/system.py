"""The whole of OurWatch on this machine, from nothing to ready and back."""

import http.client
import subprocess
import sys
from functools import partial
from pathlib import Path

from shared.servers.ports import free_port, is_free
from shared.servers.program import Program

from launcher.backup.access import Access
from launcher.environment import Place, choose_places, environment_of, shared_settings
from launcher.errors import NotPossible
from launcher.processes import PROCESSES, STEPS, Process, Step
from launcher.progress import Progress
from launcher.servers import Servers, start_servers
from launcher.state import State
from launcher.supervisor import Supervisor

_READY_SECONDS = 120.0
_STEP_SECONDS = 300.0
_PROBE_SECONDS = 5.0


class System:
    """Call `start` once, `supervisor.tick` again and again, and `stop` whatever happened."""

    def __init__(
        self,
        state: State,
        public_port: int,
        progress: Progress,
        *,
        steps: tuple[Step, ...] = STEPS,
        processes: tuple[Process, ...] = PROCESSES,
    ) -> None:
        self.state = state
        self.url = f"http://localhost:{public_port}"
        self.supervisor = Supervisor(self._clone)
        self._public_port = public_port
        self._progress = progress
        self._steps = steps
        self._processes = {process.name: process for process in processes}
        self._places = choose_places(public_port)
        self._servers = Servers()
        self._settings: dict[str, str] = {}

    def start(self) -> None:
        """Ready for people when it returns; raises ServerUnavailable or NotPossible with the one reason."""
        if not is_free(self._public_port):
            raise NotPossible(
                f"port {self._public_port} is taken: stop what listens there, or choose another with --port"
            )
        self._progress.say("Starting OurWatch")
        self.start_servers()
        self.run_steps()
        with self._progress.step(f"{len(self._processes)} processes"):
            self._start_processes()

    def start_servers(self) -> None:
        """The servers alone, with roles, databases and buckets."""
        self.state.prepare()
        try:
            start_servers(self.state, self._servers, self._progress)
        finally:
            for name, server in self._servers.running.items():
                self.supervisor.watch(name, server)
        self._settings = shared_settings(self.state, self._places, self._public_port) | self._servers.settings

    def run_steps(self) -> None:
        """What comes before the processes: keys, migrations, the broker's table."""
        for step in self._steps:
            with self._progress.step(step.name):
                self._run(step)

    def access(self) -> Access:
        """What a backup needs."""
        return self._servers.access()

    def stop(self) -> None:
        """Ends everything that was started, also after a start that failed half way."""
        self.supervisor.stop()

    def create_administrator(self, email: str, display_name: str) -> str:
        """Makes an administrator's account; returns the one-time link that opens it."""
        ended = self._ask("identity-api", "create-administrator", email, display_name)
        if ended.returncode != 0:
            raise NotPossible("that account could not be made: is the address complete, or in use already?")
        return ended.stdout.strip().splitlines()[-1]

    def environment(self, of: str) -> dict[str, str]:
        """The settings of a process, or of several joined by `+`. Raises NotPossible for one that there is not."""
        found: dict[str, str] = {}
        for name in of.split("+"):
            if name not in self._processes:
                raise NotPossible(f"there is no process {name}")
            found |= environment_of(self._processes[name], self._settings, self._places[name])
        return found

    def command(self, name: str, *arguments: str, seconds: float | None = _STEP_SECONDS) -> tuple[int, str]:
        """Runs an operator's command with the settings of the process `name`, or of several joined by `+`.

        Returns its exit code, and what it said.
        """
        ended = self._ask(name, *arguments, seconds=seconds)
        return ended.returncode, (ended.stdout or ended.stderr).strip()

    def _ask(
        self, name: str, *arguments: str, seconds: float | None = _STEP_SECONDS
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", name.partition("-")[0], *arguments],
            env=self.environment(name),
            cwd=self.state.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def dump_databases(self, folder: Path) -> None:
        """Writes `<service>.sql` for every database."""
        for name, dump in self._servers.dumps.items():
            (folder / f"{name}.sql").write_bytes(dump())

    def _start_processes(self) -> None:
        programs = {process: self._program(process, self._places[process.name]) for process in self._processes.values()}
        for process, program in programs.items():
            program.start()
            self.supervisor.watch(process.name, program)
        for process, program in programs.items():
            program.wait_until(partial(self._is_ready, process), seconds=_READY_SECONDS)

    def _program(self, process: Process, place: Place, copy: str = "") -> Program:
        return Program(
            process.name + copy,
            [sys.executable, "-m", *process.command],
            log=self.state.log(process.name + copy),
            environment=environment_of(process, self._settings, place),
            folder=self.state.folder,
        )

    def _clone(self, name: str, number: int) -> Program:
        process = self._processes.get(name)
        if process is None or process.serves:
            raise NotPossible(f"{name} listens on a port that others know: on one machine only workers are copied")
        return self._program(process, Place(free_port(), free_port()), copy=f"#{number}")

    def _is_ready(self, process: Process) -> bool:
        place = self._places[process.name]
        connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=_PROBE_SECONDS)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _run(self, step: Step) -> None:
        log: Path = self.state.log(step.name)
        with log.open("ab") as output:
            try:
                ended = subprocess.run(
                    [sys.executable, "-m", *step.command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=environment_of(step, self._settings),
                    cwd=self.state.folder,
                    timeout=_STEP_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise NotPossible(f"{step.name} did not end in {_STEP_SECONDS:.0f} s; see {log}") from error
        if ended.returncode != 0:
            spoken = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
            reason = f": {spoken[-1].strip()[:200]}" if spoken else ""
            raise NotPossible(f"{step.name} failed{reason}; see {log}")
