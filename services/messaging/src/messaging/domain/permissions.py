"""Who may do what in messaging, beyond what the gateway's table and the passes say."""

from uuid import UUID

from shared.auth.passes import GroupPass, Right
from shared.auth.principal import Principal, Role

from messaging.domain.errors import NotOnThisPlane, OnlyOfficers

SENDERS = frozenset({Role.POLICE, Role.COORDINATOR})


def need_officer(proof: GroupPass) -> None:
    """Lists and sending are the officers' (P4, P23)."""
    if not proof.is_officer:
        raise OnlyOfficers


def need_forwarder(proof: GroupPass) -> None:
    """Whoever may forward may see which lists there are."""
    if not (proof.is_officer or Right.FORWARD in proof.rights):
        raise OnlyOfficers


def organisation_of(staff: Principal) -> UUID:
    """The organisation whose alerts this session sends and reads, and no other's (P5)."""
    if not staff.is_staff or staff.role not in SENDERS or staff.organisation_id is None:
        raise NotOnThisPlane
    return staff.organisation_id
