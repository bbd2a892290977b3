"""What a service listens to: a table of events and the functions that handle them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.bus.outcomes import Outcome
from shared.contracts.envelope import Event
from shared.db.unit_of_work import UnitOfWork

Resources = TypeVar("Resources")

Handler = Callable[[Any, UnitOfWork, Resources], Awaitable[Outcome | None]]
"""`(event, uow, resources)`: enters `uow` once, for the inbox row lies in that transaction. None means Done.

The event is Any because a table holds handlers of different events; `Subscription` pairs each with its own.
"""


@dataclass(frozen=True, slots=True)
class Subscription(Generic[Resources]):
    """One event type and its handler."""

    event: type[Event]
    handler: Handler[Resources]
