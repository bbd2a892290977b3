"""Structured logs, one JSON object a line, each with its correlation id. No secret, address, title or body."""

import logging
import sys
from contextvars import ContextVar
from uuid import UUID

import structlog
from structlog.typing import EventDict, WrappedLogger

from shared.ids import new_id

correlation_id: ContextVar[UUID | None] = ContextVar("correlation_id", default=None)
"""What one request set off, through every hop and event."""

causation_id: ContextVar[UUID | None] = ContextVar("causation_id", default=None)
"""The event that is being handled, where one is."""


def current_correlation_id() -> UUID:
    """The correlation id of the work under way; a new one where the work began by itself."""
    known = correlation_id.get()
    if known is None:
        known = new_id()
        correlation_id.set(known)
    return known


def _with_correlation(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if (known := correlation_id.get()) is not None:
        event["correlation_id"] = str(known)
    return event


def _only_the_kind_of_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    # A message of a library's exception can quote a row, a body or an address; its type and place cannot.
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            event["at"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    return event


def configure(service: str, level: str = "INFO") -> None:
    """Sets up logging for this process. Libraries may warn, and nothing below that."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _with_correlation,
            _only_the_kind_of_error,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    structlog.contextvars.clear_contextvars()
    # What libraries say may quote a statement's parameters; only that they said something is kept.
    logging.basicConfig(level=logging.ERROR, handlers=[_LibraryHandler(service)], force=True)


class _LibraryHandler(logging.Handler):
    def __init__(self, service: str) -> None:
        super().__init__()
        self._log = structlog.get_logger(service)

    def emit(self, record: logging.LogRecord) -> None:
        self._log.warning("library", library=record.name, error=record.exc_info[1] if record.exc_info else None)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry `name` as their source. Pass an exception as `error=`: its type and place are kept, not its text."""
    # Initial values, not bind(): a module makes its logger before `configure` has run.
    return structlog.get_logger(source=name)  # type: ignore[no-any-return]  # structlog types it Any
