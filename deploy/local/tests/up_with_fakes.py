"""Runs `up` with the real servers; in place of the services stand processes that only say they are ready."""

import dataclasses
import functools
import shutil
import sys
from pathlib import Path

from launcher.__main__ import main
from launcher.commands import up
from launcher.processes import PROCESSES
from launcher.state import State
from launcher.system import System

state = State.of_this_checkout()
state.prepare()
shutil.copy(Path(__file__).with_name("fake_process.py"), state.folder)
fakes = tuple(
    dataclasses.replace(
        process,
        command=("fake_process", process.prefix, "PORT"),
    )
    for process in PROCESSES
)
setattr(up, "System", functools.partial(System, steps=(), processes=fakes))  # noqa: B010 -- not its type
sys.exit(main(sys.argv[1:]))
