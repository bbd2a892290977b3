"""What an administrator asked: that whoever has an address be a coordinator."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from identity.domain.accounts import Appointment
from identity.domain.errors import NotNow, UntilIsPast


class OfferState(StrEnum):
    """`waiting` until the declaration, whether anybody has the address or not."""

    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"


@dataclass
class Offer:
    """Kept by address and shown alike for known and unknown ones: who appoints learns from it of nobody's account.

    `person_id` is whom it reached, and is told with the declaration alone.
    """

    id: UUID
    email: str
    organisation_id: UUID
    areas: list[str]
    asked_by: UUID
    asked_at: datetime
    until: datetime | None = None
    ended_at: datetime | None = None
    person_id: UUID | None = None

    def ask_again(
        self, organisation_id: UUID, areas: list[str], asked_by: UUID, now: datetime, until: datetime | None
    ) -> None:
        """In place of what was asked for the same address before."""
        self.organisation_id, self.areas, self.until = organisation_id, areas, until
        self.asked_by, self.asked_at, self.ended_at = asked_by, now, None

    def end(self, now: datetime) -> None:
        """NotNow where it has been ended already."""
        if self.ended_at is not None:
            raise NotNow
        self.ended_at = now

    def state(self, appointment: Appointment | None, now: datetime) -> OfferState:
        """How it stands: ended once it was; else by the appointment that was taken up from it, or by itself."""
        if self.ended_at is not None:
            return OfferState.ENDED
        if appointment is None or appointment.declared_at is None:
            over = self.until is not None and self.until <= now
            return OfferState.ENDED if over else OfferState.WAITING
        return OfferState.ACTIVE if appointment.is_current(now) else OfferState.ENDED


def taken_up(appointment: Appointment | None) -> Appointment | None:
    """The appointment, once its holder has declared that they do not work for the police (P3)."""
    return appointment if appointment is not None and appointment.declared_at is not None else None


def must_lie_ahead(until: datetime | None, now: datetime) -> None:
    """UntilIsPast for a term that is over before it begins."""
    if until is not None and until <= now:
        raise UntilIsPast
