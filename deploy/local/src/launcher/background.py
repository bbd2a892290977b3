"""Leaves a piece of work running after the command that started it has ended."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

Work = Callable[[Callable[[], None]], None]


def leave_running(work: Work, log: Path) -> bool:
    """Runs `work` apart from this terminal; True if it calls what it is given, False if it ends first.

    What it prints until then is printed here, what it prints afterwards goes to `log`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(work, log, writing)
    os.close(writing)
    is_running = False
    with os.fdopen(reading) as said:
        for line in said:
            if line == _LET_GO:
                is_running = True
            else:
                sys.stdout.write(line)
                sys.stdout.flush()
    os.waitpid(child, 0)
    return is_running


_LET_GO = "\0\n"


def _run(work: Work, log: Path, output: int) -> NoReturn:
    os.setsid()
    if os.fork() != 0:
        os._exit(0)  # so that the work is not the leader of a session and belongs to no terminal
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)

    def let_go() -> None:
        print(_LET_GO, end="", flush=True)
        later = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(later, 1)
        os.dup2(later, 2)
        os.close(later)

    code = 1
    try:
        work(let_go)
        code = 0
    except Exception as reason:  # noqa: BLE001 - whatever it is, the terminal is told
        print(f"ourwatch: {reason}", flush=True)
    finally:
        os._exit(code)
