"""Lets one thing of many fail by itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.logging import get_logger

log = get_logger("worker")


@contextmanager
def fail_alone(step: str, **ids: object) -> Iterator[None]:
    """Whatever fails here is told with its ids and holds up nothing that comes after; its turn comes again."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - one fault, of whatever kind, is not to stop the work for everybody
        log.warning("step_failed", step=step, error=error, **{name: str(value) for name, value in ids.items()})
