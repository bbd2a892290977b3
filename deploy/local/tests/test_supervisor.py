import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from launcher.errors import NotPossible
from launcher.supervisor import Supervisor
from shared.servers.program import Program

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    def clone(name: str, number: int) -> Program:
        return Program(f"{name}#{number}", SLEEPS, log=tmp_path / f"{name}.log")

    watching = Supervisor(clone)
    yield watching
    watching.stop()


def a_program(folder: Path, name: str) -> Program:
    program = Program(name, SLEEPS, log=folder / f"{name}.log")
    program.start()
    return program


def tick_until(supervisor: Supervisor, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, supervisor.status()
        supervisor.tick()
        time.sleep(0.02)


def test_what_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    program = a_program(tmp_path, "worker")
    supervisor.watch("worker", program)
    assert program.pid is not None
    os.kill(program.pid, signal.SIGKILL)
    tick_until(supervisor, lambda: supervisor.status()["worker"] == {"running": True, "restarts": 1})


def test_what_dies_at_once_is_started_ever_more_slowly(supervisor: Supervisor, tmp_path: Path) -> None:
    program = Program("broken", ["/bin/false"], log=tmp_path / "broken.log")
    program.start()
    supervisor.watch("broken", program)
    starts: list[float] = []
    for _ in range(3):
        tick_until(supervisor, lambda: supervisor.status()["broken"]["restarts"] == len(starts) + 1)
        starts.append(time.monotonic())
    assert starts[2] - starts[1] > 1.5 * 0.9  # the second wait was 1 s, the third is 2 s


def test_scaling_adds_copies_and_takes_them_away(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.watch("worker", a_program(tmp_path, "worker"))
    supervisor.scale("worker", 3)
    assert set(supervisor.status()) == {"worker", "worker#2", "worker#3"}
    assert all(part["running"] for part in supervisor.status().values())
    supervisor.scale("worker", 1)
    assert set(supervisor.status()) == {"worker"}


@pytest.mark.parametrize(("name", "count"), [("worker", 0), ("nothing", 2)])
def test_a_scale_that_cannot_be_is_refused(supervisor: Supervisor, tmp_path: Path, name: str, count: int) -> None:
    supervisor.watch("worker", a_program(tmp_path, "worker"))
    with pytest.raises(NotPossible):
        supervisor.scale(name, count)


def test_stopping_ends_everything(supervisor: Supervisor, tmp_path: Path) -> None:
    programs = [a_program(tmp_path, name) for name in ("one", "two")]
    for program in programs:
        supervisor.watch(program.name, program)
    supervisor.stop()
    assert not any(program.is_running for program in programs)
    assert supervisor.status() == {}
