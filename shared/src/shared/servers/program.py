"""A child program in the foreground that never outlives the one who started it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shared.servers.errors import ServerUnavailable

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.05
_libc = ctypes.CDLL(None, use_errno=True)


class Program:
    """One program, its process group and its log file.

    Start it from a thread that lives as long as the program should: Linux sends the death signal when the
    thread that forked ends, not when the whole parent does.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        folder: Path | None = None,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        death_signal: signal.Signals | None = None,
    ) -> None:
        """`environment` replaces the whole environment; `death_signal` tells that the parent died.

        Without one it is the `stop_signal`.
        """
        self.name = name
        self.log = log
        self._command = [str(part) for part in command]
        self._folder = folder
        self._environment = environment
        self._user = user
        self._stop_signal = stop_signal
        self._death_signal = death_signal or stop_signal
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The pid of the running child, which is also its process group."""
        return self._child.pid if self._child is not None and self.is_running else None

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How the child ended, negative for a signal; None while it runs or before it started."""
        return self._child.poll() if self._child is not None else None

    def start(self) -> None:
        """Starts the child, its output appended to the log; raises ServerUnavailable if it cannot be run."""
        if self.is_running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        parent = os.getpid()
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            try:
                self._child = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self._folder,
                    env=self._environment,
                    start_new_session=True,
                    user=self._user,
                    group=self._user,
                    extra_groups=[] if self._user else None,
                    umask=0o077,
                    preexec_fn=lambda: _die_with(parent, self._death_signal),  # noqa: PLW1509 -- one system call, no lock
                )
            except OSError as error:
                raise ServerUnavailable(
                    f"{self.name} cannot be started: {self._command[0]}: {error.strerror}"
                ) from error

    def ask_to_stop(self) -> None:
        """Sends the stop signal and does not wait; `stop` waits."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(self._stop_signal)

    def stop(self, grace: float = 10.0) -> None:
        """Ends the child and everything in its group, by force after `grace` seconds."""
        child = self._child
        if child is None:
            return
        if child.poll() is None:
            child.send_signal(self._stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(grace)
        self.kill()

    def kill(self) -> None:
        """Ends the child and everything in its group at once, as a crash would."""
        if self._child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> None:
        """Returns when `is_ready`; raises ServerUnavailable when the child ends first or time runs out."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            if not self.is_running:
                raise ServerUnavailable(f"{self.name} ended while starting{self._last_words()}; see {self.log}")
            if time.monotonic() > deadline:
                raise ServerUnavailable(f"{self.name} was not ready after {seconds:.0f} s; see {self.log}")
            time.sleep(_POLL_SECONDS)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        spoken = [line.strip() for line in lines if line.strip()]
        return f" ({spoken[-1][:200]})" if spoken else ""


def _die_with(parent: int, death_signal: signal.Signals) -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died between fork and prctl
        os.kill(os.getpid(), death_signal)
