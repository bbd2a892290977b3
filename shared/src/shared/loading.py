"""What a process loads at its start."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """The garbage collector rests meanwhile: a start would make it look through everything half a dozen times, for
    nothing. What was loaded lives to the end of the process, and no later collection looks it through either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
