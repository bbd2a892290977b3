import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types
import pytest
from launcher.__main__ import main
from launcher.processes import PROCESSES
from shared.servers.ports import free_port

UP = Path(__file__).with_name("up_with_fakes.py")


def wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it never became so"
        time.sleep(0.05)


def living(home: Path) -> list[str]:
    """The command lines of what runs on behalf of the system in `home`."""
    found = []
    for program in psutil.process_iter():
        try:
            line = program.cmdline()
            where = [program.cwd(), *line, *program.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if program.pid != os.getpid() and any(str(home) in part for part in where):
            found.append(" ".join(line))
    return found


class Machine:
    """One home of its own, and the commands run in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, UP, *arguments],
            env={**os.environ, "OURWATCH_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )


# One machine for all tests of this file, which leave it as they found it but for the two that end it.
@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(tmp_path_factory.mktemp("machine") / "home")
    started = machine.run("up", "--detach", "--port", str(machine.port))
    assert started.returncode == 0, started.stdout + started.stderr
    yield machine
    machine.run("down")


def is_running(machine: Machine, name: str) -> bool:
    lines = machine.run("status").stdout.splitlines()
    return any(line.replace(",", " ").split()[:2] == [name, "runs"] for line in lines)


def test_everything_runs_and_answers_on_the_one_public_port(machine: Machine) -> None:
    status = machine.run("status")
    assert status.returncode == 0
    assert all(process.name in status.stdout for process in PROCESSES)
    with urllib.request.urlopen(f"http://127.0.0.1:{machine.port}/health/ready", timeout=10) as answer:
        given = json.load(answer)
    (gateway,) = [process for process in PROCESSES if process.name == "gateway-api"]
    assert set(gateway.settings) <= set(given)
    assert not [name for name in given if "SECRET" in name or "DATABASE" in name or "AMQP" in name]


def test_a_process_that_is_killed_comes_back(machine: Machine) -> None:
    (victim,) = [
        program
        for program in psutil.process_iter()
        if str(machine.home) in _cwd(program) and program.cmdline()[2:5] == ["fake_process", "GATEWAY", "PORT"]
    ]
    victim.send_signal(signal.SIGKILL)
    wait_for(lambda: "started again 1 times" in machine.run("status").stdout)
    wait_for(lambda: is_running(machine, "gateway-api"))


def test_workers_are_scaled_and_what_has_a_known_port_is_not(machine: Machine) -> None:
    assert machine.run("scale", "messaging-worker=3").returncode == 0
    assert is_running(machine, "messaging-worker#3")
    refused = machine.run("scale", "gateway-api=2")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_second_up_is_refused_in_one_line(machine: Machine) -> None:
    second = machine.run("up", "--port", str(free_port()))
    assert (second.returncode, second.stderr) == (
        1,
        "ourwatch: OurWatch already runs here: see ./ourwatch status\n",
    )


def test_what_the_home_holds_is_its_owners_only(machine: Machine) -> None:
    for path in machine.home.rglob("*"):
        if path.is_file() and any(word in path.name for word in ("secret", "key", "cookie", "json", ".conf", ".log")):
            assert path.stat().st_mode & 0o077 == 0, path


def test_down_leaves_nothing_running(machine: Machine) -> None:
    assert machine.run("down").returncode == 0
    assert living(machine.home) == []
    assert machine.run("status").stderr == "ourwatch: OurWatch does not run here: start it with ./ourwatch up\n"


def test_a_launcher_that_is_killed_takes_everything_with_it(machine: Machine) -> None:
    assert machine.run("up", "--detach", "--port", str(machine.port)).returncode == 0
    # Asked for beforehand: of a process that ends meanwhile psutil then says nothing, where a question would raise.
    programs = psutil.process_iter(["cmdline", "ppid"])
    (launcher,) = [each for each in programs if str(UP) in (each.info["cmdline"] or ()) and each.info["ppid"] == 1]
    launcher.send_signal(signal.SIGKILL)
    wait_for(lambda: living(machine.home) == [])


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = machine.run("up", "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"port {port} is taken" in refused.stderr


@pytest.mark.parametrize("number", ["0", "65536", "-1", "many"])
def test_a_number_that_no_port_has_is_refused_before_anything_starts(
    number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["up", f"--port={number}"])
    assert refused.value.code == 2
    assert f"a port is a number from 1 to 65535, not {number}" in capsys.readouterr().err


def _cwd(program: "psutil.Process") -> str:
    try:
        return str(program.cwd())
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return ""
