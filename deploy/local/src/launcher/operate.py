"""An operator's command of a service, run beside the system that runs, with the settings of its processes."""

import subprocess
import sys

from launcher.control import ask
from launcher.state import State


def operate(state: State, of: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Runs `python -m SERVICE ARGUMENTS` to its end with the settings of the process `of`, or of several joined by `+`.

    However long it takes, the launcher goes on minding the system. Raises NotPossible where none runs.
    """
    environment = ask(state.control, command="environment", of=of)
    return subprocess.run(
        [sys.executable, "-m", of.partition("-")[0], *arguments],
        env=environment,
        cwd=state.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
