"""How many keys one group, or one release, may ask for in a minute."""

import time
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from documents.domain.errors import TooManyKeys

WINDOW_SECONDS = 60.0


class RateCap:
    """Counts in windows of a minute, in memory: every copy of the process has a cap of its own."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._window = 0
        self._counted: Counter[UUID] = Counter()

    def count(self, whose: UUID) -> None:
        """Raises TooManyKeys for what is over the cap."""
        window = int(self._clock() // WINDOW_SECONDS)
        if window != self._window:
            self._window = window
            self._counted.clear()
        if self._counted[whose] >= self._most:
            raise TooManyKeys
        self._counted[whose] += 1
