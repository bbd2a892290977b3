"""Who may do what in identity, beyond what the gateway's table says."""

from shared.auth.principal import Principal, Role


def may_manage_staff(actor: Principal) -> bool:
    """Organisations, staff accounts and appointments are the administrators'."""
    return actor.is_staff and actor.role is Role.ADMINISTRATOR
