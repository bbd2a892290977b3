"""People without e-mail whom a group keeps in mind: no members, no rights, known to its officers alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from groups.domain.errors import NoSuchConsent

MOST_KEPT = 200


class ConsentHow(StrEnum):
    SPOKEN = "spoken"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Consent:
    """When and how somebody said yes to being kept. Without it nobody is."""

    given_on: date
    how: ConsentHow

    def must_be_given(self, today: date) -> None:
        """NoSuchConsent if it lies ahead."""
        if self.given_on > today:
            raise NoSuchConsent


@dataclass(eq=False)
class KeptPerson:
    """Somebody without an account, how a neighbour reaches them, and that they said yes to it."""

    id: UUID
    group_id: UUID
    name: str
    how_to_reach: str
    consent_given_on: date
    consent_how: ConsentHow

    @classmethod
    def keep(cls, group_id: UUID, name: str, how_to_reach: str, consent: Consent) -> "KeptPerson":
        return cls(new_id(), group_id, name, how_to_reach, consent.given_on, consent.how)

    @property
    def consent(self) -> Consent:
        return Consent(self.consent_given_on, self.consent_how)

    def change(self, *, name: str | None, how_to_reach: str | None, consent: Consent | None) -> None:
        """Changes what is given."""
        self.name = name or self.name
        self.how_to_reach = how_to_reach or self.how_to_reach
        if consent is not None:
            self.consent_given_on, self.consent_how = consent.given_on, consent.how
