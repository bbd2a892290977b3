"""Keeps processes running: starts them, starts them again when they die, stops them in order."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.servers.errors import ServerUnavailable
from shared.servers.program import Program

from launcher.errors import NotPossible
from launcher.servers import Server

_FIRST_DELAY_SECONDS = 0.5
_LONGEST_DELAY_SECONDS = 30.0
_STEADY_SECONDS = 60.0  # after this long a death counts as the first again


@dataclass
class Watched:
    """One thing that should run, how often it was started again, and when it may be next."""

    what: Server
    restarts: int = 0
    delay: float = 0.0
    started_at: float = field(default_factory=time.monotonic)
    next_start_at: float | None = None


class Supervisor:
    """Works in one thread, the one that calls `tick`: what it starts dies with that thread."""

    def __init__(self, clone: Callable[[str, int], Program]) -> None:
        """`clone` makes the n-th copy of a process by name; NotPossible if there cannot be one."""
        self._clone = clone
        self._watched: dict[str, Watched] = {}

    def watch(self, name: str, what: Server) -> None:
        """Takes over something that was started."""
        self._watched[name] = Watched(what)

    def release(self, name: str) -> Server:
        """Hands back what it watched: from now on nobody starts it again."""
        return self._watched.pop(name).what

    def tick(self) -> None:
        """Starts again what died and has waited long enough."""
        for name, watched in self._watched.items():
            if watched.what.is_running:
                continue
            now = time.monotonic()
            if watched.next_start_at is None:
                was_steady = now - watched.started_at > _STEADY_SECONDS
                longer = min(max(_FIRST_DELAY_SECONDS, watched.delay * 2), _LONGEST_DELAY_SECONDS)
                watched.delay = _FIRST_DELAY_SECONDS if was_steady else longer
                watched.next_start_at = now + watched.delay
            elif now >= watched.next_start_at:
                self._start_again(name, watched)

    def status(self) -> dict[str, dict[str, object]]:
        """For each name whether it runs and how often it was started again."""
        return {
            name: {"running": watched.what.is_running, "restarts": watched.restarts}
            for name, watched in self._watched.items()
        }

    def scale(self, name: str, count: int) -> None:
        """Runs `count` copies of the process `name`; NotPossible if that cannot be."""
        if count < 1:
            raise NotPossible("a process has one copy at least: use ./ourwatch down to stop everything")
        copies = [copy for copy in self._watched if copy == name or copy.startswith(f"{name}#")]
        if not copies:
            raise NotPossible(f"there is no process {name}: see ./ourwatch status")
        for number in range(len(copies) + 1, count + 1):
            program = self._clone(name, number)
            program.start()
            self.watch(f"{name}#{number}", program)
        for copy in copies[count:]:
            self._watched.pop(copy).what.stop()

    def stop(self) -> None:
        """Ends everything: first the processes, all at once, then the servers that they stand on."""
        processes = [name for name, watched in self._watched.items() if isinstance(watched.what, Program)]
        servers = [name for name in self._watched if name not in processes]
        for names in (processes, servers):
            for name in names:
                self._watched[name].what.ask_to_stop()
            for name in names:
                self._watched.pop(name).what.stop()

    def _start_again(self, name: str, watched: Watched) -> None:
        watched.next_start_at = None
        watched.started_at = time.monotonic()
        watched.restarts += 1
        try:
            watched.what.start()
        except ServerUnavailable as error:
            print(f"{name}: {error}", flush=True)
