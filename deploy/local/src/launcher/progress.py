"""Says what is going on while something starts."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """A spinner on a terminal; one line per finished step anywhere else."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stdout, highlight=False)

    def say(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Shows `name` while its body runs, and how long it took."""
        began = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(name):
                yield
        else:
            yield
        self.say(f"  ✓ {name} ({time.monotonic() - began:.1f} s)")
