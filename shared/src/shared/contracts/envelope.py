"""What every event travels in, and what every event is."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.clock import now
from shared.ids import new_id
from shared.logging import causation_id, current_correlation_id


class Event(BaseModel):
    """Something that happened to one row, carried whole: a reader keeps the newest `version` and needs no order.

    `type` is `<service>.<past_tense>.v<N>` and doubles as the routing key. A subclass names in `aggregate` the
    field that identifies the row. Readers ignore fields they do not know, so one can be added without a new N.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    aggregate: ClassVar[str]
    version: int

    @property
    def aggregate_id(self) -> str:
        return str(getattr(self, self.aggregate))


class Envelope(BaseModel):
    """An event on its way."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: UUID
    type: str
    occurred_at: datetime
    producer: str
    aggregate_id: str
    aggregate_version: int
    correlation_id: UUID
    causation_id: UUID | None
    payload: dict[str, Any]  # the event, read by its own model

    @classmethod
    def of(cls, event: Event, producer: str) -> Self:
        """An envelope for a fresh event, tied to the request or event that caused it."""
        return cls(
            event_id=new_id(),
            type=event.type,
            occurred_at=now(),
            producer=producer,
            aggregate_id=event.aggregate_id,
            aggregate_version=event.version,
            correlation_id=current_correlation_id(),
            causation_id=causation_id.get(),
            payload=event.model_dump(mode="json"),
        )
