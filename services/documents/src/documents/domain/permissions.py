"""Who may do what in a vault, by the pass that groups gave a moment ago (P20)."""

from datetime import datetime, timedelta

from shared.auth.errors import SecondFactorNeeded
from shared.auth.passes import GroupPass, Right
from shared.auth.principal import Assurance, Principal

from documents.domain.document import Readers
from documents.domain.errors import MayNotForward, OnlyOfficers

ROUTINE_ACT = timedelta(hours=12)


def may_read(proof: GroupPass, readers: Readers) -> bool:
    return proof.is_officer or readers is Readers.MEMBERS


def may_add(proof: GroupPass) -> bool:
    return proof.is_officer


def may_forward(proof: GroupPass) -> bool:
    return proof.is_officer or Right.FORWARD in proof.rights


def need_officer(proof: GroupPass) -> None:
    """Raises OnlyOfficers."""
    if not may_add(proof):
        raise OnlyOfficers


def need_acting_officer(actor: Principal, proof: GroupPass, now: datetime) -> None:
    """For whatever an officer changes (P30). Raises OnlyOfficers and SecondFactorNeeded."""
    need_officer(proof)
    need_second_factor(actor, now)


def need_forwarder(proof: GroupPass) -> None:
    """Raises MayNotForward."""
    if not may_forward(proof):
        raise MayNotForward


def need_second_factor(actor: Principal, now: datetime, within: timedelta = ROUTINE_ACT) -> None:
    """Raises SecondFactorNeeded unless two factors were shown within 12 h, or the time given (P30)."""
    if actor.assurance is not Assurance.TWO_FACTORS or now - actor.authenticated_at > within:
        raise SecondFactorNeeded
