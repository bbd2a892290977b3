import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from shared.servers.errors import ServerUnavailable
from shared.servers.program import Program

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = "trap '' TERM; sleep 600 & echo $! > grandchild; wait"


def wait_for(is_so: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never became so"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_program_dies_with_the_one_who_started_it(tmp_path: Path) -> None:
    starter = (
        "import sys, time; from pathlib import Path; from shared.servers.program import Program\n"
        f"child = Program('child', {SLEEPER!r}, log=Path({str(tmp_path / 'log')!r})); child.start()\n"
        "print(child.pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert not is_gone(child)
        parent.send_signal(signal.SIGKILL)
    wait_for(lambda: is_gone(child))


def test_stopping_ends_a_stubborn_program_and_its_children(tmp_path: Path) -> None:
    program = Program("stubborn", ["/bin/sh", "-c", STUBBORN], log=tmp_path / "log", folder=tmp_path)
    program.start()
    wait_for(lambda: (tmp_path / "grandchild").exists() and (tmp_path / "grandchild").read_text().endswith("\n"))
    grandchild = int((tmp_path / "grandchild").read_text())
    program.stop(grace=0.2)
    assert not program.is_running
    wait_for(lambda: is_gone(grandchild))


def test_a_program_that_ends_while_starting_is_reported_with_its_last_words(tmp_path: Path) -> None:
    program = Program("the thing", ["/bin/sh", "-c", "echo no room left; exit 3"], log=tmp_path / "log")
    program.start()
    with pytest.raises(ServerUnavailable, match=r"the thing ended while starting \(no room left\)"):
        program.wait_until(lambda: False, seconds=30)
    assert program.exit_code == 3


def test_a_program_that_is_not_there_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailable) as refusal:
        Program("the thing", [tmp_path / "absent"], log=tmp_path / "log").start()
    assert "\n" not in str(refusal.value)


def test_a_log_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    program = Program("quiet", SLEEPER, log=tmp_path / "log")
    program.start()
    program.stop()
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0
