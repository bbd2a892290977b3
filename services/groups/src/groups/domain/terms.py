"""Terms: who holds an office, or the right to forward, from when until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.auth.passes import Right
from shared.ids import new_id

FORWARDER = "forwarder"
"""Not an office: a right that the chair gives to members who hold none. It has terms as offices have."""


@dataclass(eq=False)
class Term:
    """One person in one office of one group. `until` is None while it is held."""

    id: UUID
    group_id: UUID
    person_id: UUID
    office: str
    since: datetime
    until: datetime | None
    version: int

    @classmethod
    def begin(cls, group_id: UUID, person_id: UUID, office: str, at: datetime) -> "Term":
        return cls(new_id(), group_id, person_id, office, at, None, 1)

    @property
    def is_office(self) -> bool:
        return self.office != FORWARDER

    @property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.office)

    def end(self, at: datetime) -> None:
        self.until = at
        self.version += 1


def rights_of(office: str) -> frozenset[Right]:
    """What an office carries: officers may do all that a group's officers do, forwarders may forward alone."""
    return frozenset({Right.FORWARD}) if office == FORWARDER else frozenset(Right)
