"""Who a message is from, in words: always the office or the organisation, never the person alone (P23)."""

from shared.auth.principal import Role

_OFFICES = {
    "chair": "Chair",
    "vice_chair": "Vice-chair",
    "secretary": "Secretary",
    "coordinator": "Coordinator",
    "deputy_coordinator": "Deputy coordinator",
}
_TEAMS = {Role.POLICE: "Police", Role.COORDINATOR: "Coordinator"}


def officer_label(office: str | None, group_name: str) -> str:
    """Such as `Chair of Mile End Ward Panel`."""
    return f"{_OFFICES.get(office or '', 'Officer')} of {group_name}"


def staff_label(role: Role | None, organisation_name: str) -> str:
    """Such as `Police: Metropolitan Police Service`."""
    return f"{_TEAMS.get(role, 'Staff') if role else 'Staff'}: {organisation_name}"
